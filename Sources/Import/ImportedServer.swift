/// A server of another program's configuration, as it would be added here.
public struct ImportedServer: Sendable, Equatable {
  /// What it is called there, or what comes closest to it and can be a name here.
  public var name: String
  /// What it is called there.
  public var originalName: String
  /// The program that has it.
  public var client: ClientApplication
  /// The file that has it.
  public var file: String
  /// What would stand under its name in `mcpServers`, as JSON; values that look like secrets are
  /// `${NAME}` in it.
  public var definition: [UInt8]
  /// The values that are kept elsewhere, by the names in `definition` or the program's variables.
  public var secrets: [String: String]
  /// `stdio`, `http` or `sse`.
  public var transport: String
  /// The command line or the address, without secrets.
  public var summary: String
  /// What is not carried over, or is another than it was.
  public var notes: [String]
}

/// Why a file gives no servers.
public struct ImportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public var file: String
  /// Why. Never holds a value of the file.
  public var reason: String

  /// A reason.
  public init(file: String, reason: String) {
    self.file = file
    self.reason = reason
  }

  /// `file: reason`.
  public var description: String { "\(file): \(reason)" }
}
