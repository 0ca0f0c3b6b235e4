/// Why a text is not JSON that we accept, and where.
public struct JSONError: Error, Sendable, Equatable {
  /// What is wrong.
  public enum Reason: Sendable, Equatable {
    /// Something else had to stand here.
    case expected(String)
    /// The text ends where something still had to come.
    case unexpectedEnd(expected: String)
    /// More follows the one value.
    case trailingBytes
    /// Not UTF-8 (RFC 8259 section 8.1).
    case invalidUTF8
    /// A control character stands unescaped in a string.
    case controlCharacter
    /// A backslash is followed by what is no escape.
    case invalidEscape
    /// Half of a surrogate pair stands alone.
    case loneSurrogate
    /// An object has this member name twice.
    case duplicateName(String)
    /// The nesting is deeper than this.
    case tooDeep(limit: Int)
    /// The text has more nodes than this.
    case tooManyNodes(limit: Int)
    /// The text has more bytes than this.
    case tooLong(limit: Int)
  }

  /// What is wrong.
  public let reason: Reason
  /// Where, in bytes from the start.
  public let offset: Int
  /// The line, from 1.
  public let line: Int
  /// The character in the line, from 1, in Unicode scalars.
  public let column: Int

  init(_ reason: Reason, at offset: Int, in text: UnsafeBufferPointer<UInt8>) {
    var line = 1
    var column = 1
    for byte in text[..<min(offset, text.count)] {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    self.reason = reason
    self.offset = offset
    self.line = line
    self.column = column
  }
}

extension JSONError: CustomStringConvertible {
  /// One sentence for a person: what, and where.
  public var description: String {
    "\(reason) at line \(line), column \(column) (byte \(offset))"
  }
}

extension JSONError.Reason: CustomStringConvertible {
  /// What is wrong, without the place.
  public var description: String {
    switch self {
    case .expected(let what): "expected \(what)"
    case .unexpectedEnd(let what): "the text ends where \(what) was expected"
    case .trailingBytes: "expected the end of the text after its one value"
    case .invalidUTF8: "invalid UTF-8"
    case .controlCharacter: "a control character in a string must be escaped"
    case .invalidEscape: #"expected one of " \ / b f n r t or uXXXX after a backslash"#
    case .loneSurrogate: "half of a surrogate pair without the other half"
    case .duplicateName(let name): "the member name \"\(name)\" stands twice in one object"
    case .tooDeep(let limit): "nested deeper than \(limit)"
    case .tooManyNodes(let limit): "more than \(limit) values and names"
    case .tooLong(let limit): "longer than \(limit) bytes"
    }
  }
}
