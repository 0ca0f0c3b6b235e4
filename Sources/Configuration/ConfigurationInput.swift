/// All that reading a configuration depends on. With the same input it always comes out the same.
public struct ConfigurationInput: Sendable {
  /// The path of the file, for messages.
  public var path: String
  /// Where relative paths begin, without a slash at its end.
  public var directory: String
  /// The text, YAML 1.2 or JSON in UTF-8.
  public var text: [UInt8]
  /// The file's permission bits, when known.
  public var mode: UInt32?
  /// What `${VAR}` and `{env: VAR}` see.
  public var environment: [String: String]
  /// The Unix user's name, which is the default of `local.human`.
  public var userName: String?
  /// Reads a file that the configuration names (a token, an `envFile`).
  public var readFile:
    @Sendable (_ path: String) throws(ConfigurationFileError) -> ConfigurationFile

  /// The part of `path` before its last slash; `.` when it has none.
  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Gathers the input. Relative paths begin at `directory`, or beside the file. Without `readFile`
  /// the configuration can name no files.
  public init(
    path: String, directory: String? = nil, text: [UInt8], mode: UInt32? = nil,
    environment: [String: String] = [:],
    userName: String? = nil,
    readFile:
      @escaping @Sendable (_ path: String) throws(ConfigurationFileError) -> ConfigurationFile = {
        path throws(ConfigurationFileError) in
        throw ConfigurationFileError(path: path, reason: "no such file")
      }
  ) {
    self.path = path
    self.directory = directory ?? Self.directory(of: path)
    self.text = text
    self.mode = mode
    self.environment = environment
    self.userName = userName
    self.readFile = readFile
  }
}

/// A file that the configuration names.
public struct ConfigurationFile: Sendable {
  /// Its content, at most `ConfigurationBounds.fileBytes`.
  public var bytes: [UInt8]
  /// Its permission bits, as in `0o600`.
  public var mode: UInt32

  /// Makes a file's content.
  public init(bytes: [UInt8], mode: UInt32) {
    self.bytes = bytes
    self.mode = mode
  }
}

/// Why a file could not be read.
public struct ConfigurationFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public var path: String
  /// Why, in words.
  public var reason: String

  /// Makes an error.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// `cannot read path: reason`.
  public var description: String { "cannot read \(path): \(reason)" }
}
