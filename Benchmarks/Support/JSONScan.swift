import Glibc

/// Finds the places of values in a JSON text without building anything. It skips what it does not
/// look for, so it accepts some texts that are not JSON; the answers of a benchmark are compared
/// byte for byte afterwards.
public enum JSONScan {
  /// The text of the value of the member `name`, when `object` is the text of an object that has
  /// one. Names with escapes are not recognised.
  public static func member(
    _ name: StaticString, of object: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer? {
    var at = skipSpace(object, 0)
    guard at < object.count, object[at] == UInt8(ascii: "{") else { return nil }
    at = skipSpace(object, at + 1)
    while at < object.count, object[at] == UInt8(ascii: "\"") {
      guard let nameEnd = skipString(object, at) else { return nil }
      let found = UnsafeRawBufferPointer(rebasing: object[(at + 1)..<(nameEnd - 1)])
      at = skipSpace(object, nameEnd)
      guard at < object.count, object[at] == UInt8(ascii: ":") else { return nil }
      at = skipSpace(object, at + 1)
      guard let valueEnd = skipValue(object, at) else { return nil }
      if found.equals(name) { return UnsafeRawBufferPointer(rebasing: object[at..<valueEnd]) }
      at = skipSpace(object, valueEnd)
      guard at < object.count, object[at] == UInt8(ascii: ",") else { return nil }
      at = skipSpace(object, at + 1)
    }
    return nil
  }

  /// The text of the first element, when `array` is the text of an array that has one.
  public static func firstElement(of array: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    var at = skipSpace(array, 0)
    guard at < array.count, array[at] == UInt8(ascii: "[") else { return nil }
    at = skipSpace(array, at + 1)
    guard let end = skipValue(array, at) else { return nil }
    return UnsafeRawBufferPointer(rebasing: array[at..<end])
  }

  /// What stands between the quotes of `value`, escapes untouched, when it is a string.
  public static func string(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard value.count >= 2, value[0] == UInt8(ascii: "\"") else { return nil }
    return UnsafeRawBufferPointer(rebasing: value[1..<(value.count - 1)])
  }

  /// The number that `value` is the text of: an integer of zero or more with at most nine digits.
  public static func integer(_ value: UnsafeRawBufferPointer) -> Int? {
    guard !value.isEmpty, value.count <= 9 else { return nil }
    var number = 0
    for byte in value {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      number = number * 10 + Int(byte - 0x30)
    }
    return number
  }

  private static func skipSpace(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
    var at = start
    while at < bytes.count, bytes[at] <= 0x20 { at += 1 }
    return at
  }

  private static func skipString(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var at = start + 1
    while at < bytes.count {
      guard let quote = memchr(base + at, 0x22, bytes.count - at) else { return nil }
      let place = UnsafeRawPointer(quote) - base
      var escapes = 0
      while place - escapes - 1 > start, bytes[place - escapes - 1] == 0x5C { escapes += 1 }
      at = place + 1
      if escapes % 2 == 0 { return at }
    }
    return nil
  }

  private static func skipValue(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
    var at = start
    var depth = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\""):
        guard let end = skipString(bytes, at) else { return nil }
        at = end
        if depth == 0 { return at }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        at += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return at > start ? at : nil }
        depth -= 1
        at += 1
        if depth == 0 { return at }
      case UInt8(ascii: ","), 0...0x20:
        if depth == 0 { return at > start ? at : nil }
        at += 1
      default:
        at += 1
      }
    }
    return depth == 0 && at > start ? at : nil
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the bytes are those of `text`.
  public func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    guard let baseAddress else { return true }
    return memcmp(baseAddress, text.utf8Start, count) == 0
  }

  /// Whether the bytes are those of `other`.
  public func equals(_ other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    guard let baseAddress, let start = other.baseAddress else { return count == 0 }
    return memcmp(baseAddress, start, count) == 0
  }

  /// Whether the bytes begin with `text`, ASCII letters in either case.
  public func startsWithIgnoringCase(_ text: StaticString) -> Bool {
    guard let baseAddress, count >= text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { literal in
      guard let start = literal.baseAddress else { return true }
      return strncasecmp(
        baseAddress.assumingMemoryBound(to: CChar.self),
        UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self), literal.count) == 0
    }
  }
}
