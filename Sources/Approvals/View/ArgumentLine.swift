internal import Inspection
internal import JSON

/// One value among a call's arguments, as a person reads it: on a line of its own, with all that is
/// invisible drawn.
public struct ArgumentLine: Sendable, Equatable {
  /// What a value is.
  public enum Kind: String, Sendable {
    case string, number, bool, null
    /// An object without members or an array without elements.
    case empty
  }

  /// Where it stands: a JSON pointer (RFC 6901), drawn.
  public var path: String
  /// What it is.
  public var kind: Kind
  /// The value, drawn; cut when it is long.
  public var text: String
  /// How many bytes the whole value has; nil when all of it is in `text`.
  public var bytesInAll: Int?
}

/// A call's arguments as lines.
public struct ArgumentLines: Sendable, Equatable {
  /// Values that are shown.
  public static let linesMax = 200
  /// Scalars of one value that are shown.
  public static let valueScalarsMax = 1_000
  /// Scalars of a place that are shown.
  static let pathScalarsMax = 200

  /// The values in the order of the canonical form.
  public private(set) var lines: [ArgumentLine] = []
  /// Values that are left out.
  public private(set) var omitted = 0

  /// The lines of arguments.
  /// - Parameter arguments: JSON; what is none gives one line with its text.
  public init(_ arguments: [UInt8]) {
    guard !arguments.isEmpty else { return }
    guard let root = try? JSONDocument(parsing: arguments).root else {
      add("", .string, String(decoding: arguments, as: UTF8.self), arguments.count)
      return
    }
    // An object without members is a call without arguments.
    guard root.kind != .object || root.count > 0 else { return }
    walk(root, at: "")
  }

  private mutating func walk(_ node: JSONNode, at path: String) {
    switch node.kind {
    case .object where node.count > 0:
      for (name, value) in node.members { walk(value, at: "\(path)/\(JSONPointer.escaped(name))") }
    case .array where node.count > 0:
      for (index, value) in node.elements.enumerated() { walk(value, at: "\(path)/\(index)") }
    case .object, .array: add(path, .empty, node.description, node.rawRange.count)
    case .string:
      let text = node.string ?? node.description
      add(path, .string, text, text.utf8.count)
    case .number: add(path, .number, node.description, node.rawRange.count)
    case .bool: add(path, .bool, node.description, node.rawRange.count)
    case .null: add(path, .null, node.description, node.rawRange.count)
    }
  }

  private mutating func add(
    _ path: String, _ kind: ArgumentLine.Kind, _ text: String, _ bytes: Int
  ) {
    guard lines.count < Self.linesMax else {
      omitted += 1
      return
    }
    let isCut = text.unicodeScalars.dropFirst(Self.valueScalarsMax).first != nil
    lines.append(
      ArgumentLine(
        path: VisibleText.draw(path, limit: Self.pathScalarsMax), kind: kind,
        text: VisibleText.draw(text, limit: Self.valueScalarsMax), bytesInAll: isCut ? bytes : nil))
  }
}
