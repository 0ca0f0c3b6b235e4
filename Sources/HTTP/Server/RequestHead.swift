internal import CMicrohttpd
internal import Glibc

/// What framing and strictness need to know of a request's head.
///
/// The library tolerates line ends without CR, folded fields, zero bytes, blanks in names and both
/// kinds of length at once. Two parties that read such a request differently can be played off
/// against each other, so all of it is refused (RFC 9112 §2.2, §3.2, §5, §6.3; RFC 9110 §5.5).
struct RequestHead {
  /// Bytes the body will have; nil when it is chunked.
  private(set) var contentLength: Int? = 0
  private(set) var isChunked = false
  private(set) var expectsContinue = false
  private(set) var isValid = true

  private var lengths = 0
  private var encodings = 0
  private var hosts = 0
  /// Where the next field must start if nothing but CR LF lies between.
  private var next: UnsafePointer<CChar>?
  private let checksLayout = RequestHead.isLayoutKnown

  var hasBody: Bool { isChunked || contentLength != 0 }

  /// Version 0.9.75 and its neighbours parse in place: a name, its value and the next name lie in
  /// the order they were sent, with zeros in place of CR and LF, so a gap shows what was dropped.
  /// Later versions refuse such heads themselves.
  private static let isLayoutKnown: Bool = {
    guard let version = MHD_get_version() else { return false }
    return ["0.9.75", "0.9.74", "0.9.73"].contains(String(cString: version))
  }()

  init(
    _ handle: OpaquePointer, method: UnsafePointer<CChar>, target: UnsafePointer<CChar>?,
    targetCount: Int, version: UnsafePointer<CChar>
  ) {
    let methodCount = strlen(method)
    let versionCount = strlen(version)
    if checksLayout {
      isValid =
        target == method + methodCount + 1 && version == method + methodCount + 2 + targetCount
    }
    var index = 0
    while index < methodCount {
      if !ASCII.isToken(UInt8(bitPattern: method[index])) { isValid = false }
      index += 1
    }
    if methodCount == 0 || targetCount == 0 { isValid = false }
    next = version + versionCount + 2
    withUnsafeMutablePointer(to: &self) { head in
      _ = MHD_get_connection_values_n(
        handle, mhd_header,
        { context, _, name, nameCount, value, valueCount in
          guard let head = context?.assumingMemoryBound(to: RequestHead.self), let name else {
            return mhd_no
          }
          head.pointee.check(name, nameCount, value, valueCount)
          return head.pointee.isValid ? mhd_yes : mhd_no
        }, head)
    }
    if checksLayout, let next, next + 2 != method + mhd_header_size(handle) { isValid = false }
    if hosts > 1 || lengths > 1 || encodings > 1 || (lengths > 0 && encodings > 0) {
      isValid = false
    }
    if isChunked && versionCount == 8 && version[7] == 48 { isValid = false }  // HTTP/1.0
  }

  private mutating func check(
    _ name: UnsafePointer<CChar>, _ nameCount: Int, _ value: UnsafePointer<CChar>?,
    _ valueCount: Int
  ) {
    let name = UnsafeRawBufferPointer(start: name, count: nameCount)
    let value = UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueCount)
    if checksLayout {
      guard let start = value.baseAddress, name.baseAddress == UnsafeRawPointer(next) else {
        isValid = false
        return
      }
      next = (start + value.count + 2).assumingMemoryBound(to: CChar.self)
    }
    guard !name.isEmpty, name.allSatisfy(ASCII.isToken), value.allSatisfy(ASCII.isText) else {
      isValid = false
      return
    }
    switch nameCount {
    case 4 where Self.equal(name, "host"): hosts += 1
    case 6 where Self.equal(name, "expect"):
      expectsContinue = expectsContinue || Self.equal(Self.trimmed(value), "100-continue")
    case 14 where Self.equal(name, "content-length"):
      lengths += 1
      contentLength = Self.decimal(Self.trimmed(value))
      if contentLength == nil { isValid = false }
    case 17 where Self.equal(name, "transfer-encoding"):
      encodings += 1
      isChunked = Self.equal(Self.trimmed(value), "chunked")
      contentLength = nil
      // The library takes a value with a trailing blank for another encoding.
      if !isChunked || value.count != 7 { isValid = false }
    default: break
    }
  }

  static func trimmed(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var end = value.count
    while end > 0, ASCII.isBlank(value[end - 1]) { end -= 1 }
    return UnsafeRawBufferPointer(rebasing: value[..<end])
  }

  private static func equal(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
    guard bytes.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { text in
      for index in 0..<bytes.count where ASCII.lowercase(bytes[index]) != text[index] {
        return false
      }
      return true
    }
  }

  private static func decimal(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
    var value = 0
    for byte in bytes {
      guard ASCII.isDigit(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    return value
  }
}
