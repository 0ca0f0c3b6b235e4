import JSON
import Reactor

/// Copies members of a JSON object byte for byte: names, values and the white space between them
/// come out as they came in.
enum ObjectCopy {
  /// Appends the members of `object` that `keeps` wants, without braces.
  /// - Parameter isFirst: whether no member stands before; then no comma is put first.
  static func append(
    _ object: JSONNode, to buffer: inout OutgoingBytes, isFirst: inout Bool,
    keeps: (_ name: JSONNode, _ value: JSONNode) -> Bool
  ) {
    let bytes = object.document.bytes
    var run: Range<Int>?
    for (name, value) in object.memberNodes {
      if keeps(name, value) {
        let start = run?.lowerBound ?? name.rawRange.lowerBound
        run = start..<value.rawRange.upperBound
      } else {
        flush(&run, of: bytes, to: &buffer, isFirst: &isFirst)
      }
    }
    flush(&run, of: bytes, to: &buffer, isFirst: &isFirst)
  }

  /// Appends the members of `object`, each as `treat` says, without braces.
  /// - Returns: whether any was not kept.
  @discardableResult
  static func edit(
    _ object: JSONNode, to buffer: inout OutgoingBytes, isFirst: inout Bool,
    treat: (_ name: JSONNode, _ value: JSONNode) -> Downgrade.Treatment
  ) -> Bool {
    let bytes = object.document.bytes
    var run: Range<Int>?
    var changes = false
    for (name, value) in object.memberNodes {
      switch treat(name, value) {
      case .keep:
        let start = run?.lowerBound ?? name.rawRange.lowerBound
        run = start..<value.rawRange.upperBound
      case .drop:
        flush(&run, of: bytes, to: &buffer, isFirst: &isFirst)
        changes = true
      case .replace(let other):
        run = (run?.lowerBound ?? name.rawRange.lowerBound)..<value.rawRange.lowerBound
        flush(&run, of: bytes, to: &buffer, isFirst: &isFirst)
        buffer.append(other)
        changes = true
      }
    }
    flush(&run, of: bytes, to: &buffer, isFirst: &isFirst)
    return changes
  }

  private static func flush(
    _ run: inout Range<Int>?, of bytes: [UInt8], to buffer: inout OutgoingBytes,
    isFirst: inout Bool
  ) {
    guard let range = run else { return }
    if !isFirst { buffer.append(0x2C) }
    isFirst = false
    buffer.append(range, of: bytes)
    run = nil
  }
}

extension [UInt8] {
  /// Appends the UTF-8 of a text.
  @_disfavoredOverload
  mutating func append(text: String) { append(contentsOf: text.utf8) }

  /// Appends the UTF-8 of a literal.
  mutating func append(text: StaticString) { text.withUTF8Buffer { append(contentsOf: $0) } }
}
