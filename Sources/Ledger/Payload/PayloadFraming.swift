/// Payloads as they lie behind a record in its frame, one after the other.
///
/// | bytes | what (little-endian) |
/// |---|---|
/// | 0 | role: 1 arguments, 2 result, 3 prompt |
/// | 1 | form: 1 salt, 2 redacted, 3 full; 0x80 is added when the body is sealed |
/// | 2–3 | 0 |
/// | 4–7 | count of bytes of the body |
/// | 8– | body: 16 bytes of salt and the content, or the same sealed: nonce, ciphertext, tag |
enum PayloadFraming {
  static let headerBytes = 8
  static let sealedMark: UInt8 = 0x80

  /// One payload as it stands in a frame.
  struct Item {
    var role: LedgerPayload.Role
    var form: PayloadForm
    var isSealed: Bool
    var body: Range<Int>
  }

  /// The payloads in `bytes`; nil when they are not what the ledger writes.
  static func read(_ bytes: UnsafeRawBufferPointer) -> [Item]? {
    var items: [Item] = []
    var offset = 0
    while offset < bytes.count {
      guard bytes.count - offset >= headerBytes,
        let role = LedgerPayload.Role(rawValue: bytes[offset]),
        let form = PayloadForm(rawValue: bytes[offset + 1] & ~sealedMark), form != .none,
        bytes[offset + 2] == 0, bytes[offset + 3] == 0
      else { return nil }
      let start = offset + headerBytes
      let count = Int(bytes.littleEndian(UInt32.self, at: offset + 4))
      guard count >= PayloadForm.saltBytes, count <= bytes.count - start else { return nil }
      items.append(
        Item(
          role: role, form: form, isSealed: bytes[offset + 1] & sealedMark != 0,
          body: start..<start + count))
      offset = start + count
    }
    return items
  }
}

extension RecordWriter {
  /// Puts a payload beside the record.
  mutating func attach(
    _ body: [UInt8], role: LedgerPayload.Role, form: PayloadForm, isSealed: Bool = false
  ) {
    let mark = isSealed ? PayloadFraming.sealedMark : 0
    attached.reserveCapacity(attached.count + PayloadFraming.headerBytes + body.count)
    attached += [role.rawValue, form.rawValue | mark, 0, 0]
    withUnsafeBytes(of: UInt32(body.count).littleEndian) { attached += $0 }
    attached += body
  }
}
