internal import Crypto

extension RecordWriter {
  /// The member of a record that describes a payload, and the payload itself beside the record.
  ///
  /// Every call passes here twice: the payload is put where it will lie and hashed there.
  mutating func member(
    _ key: StaticString, _ payload: LedgerPayload?, _ role: LedgerPayload.Role,
    sealing: PayloadSealing?
  ) {
    guard let payload else { return }
    guard let content = payload.content else {
      return describe(key, payload.bytes, nil, .none, .configuration, nil, nil)
    }
    let start = beginPayload(content, isWanted: content.count <= LedgerLimits.payloadBytesMax)
    var form = PayloadForm.salt
    var omitted: PayloadForm.Omission? = .configuration
    var keptDigest: SHA256Digest?
    let digest: SHA256Digest
    if content.count > LedgerLimits.payloadBytesMax {
      digest = Self.digest(of: content, salt: Array(attached[start...]))
      omitted = .size
    } else {
      digest = attached.withSpan(from: start) { SHA256.hash($0) }
      switch payload.keeping {
      case .full: (form, omitted) = (.full, nil)
      case .redacted:
        attached.removeLast(content.count)
        if let masked = PayloadRedaction.mask(content) {
          attached += masked
          form = .redacted
          keptDigest = attached.withSpan(from: start) { SHA256.hash($0) }
        }
      case .metadata, .none: attached.removeLast(content.count)
      }
    }
    let isKept = endPayload(from: start, role, form, sealing)
    describe(
      key, payload.bytes, digest, isKept ? form : .none, isKept ? omitted : .configuration,
      keptDigest, content)
  }

  private mutating func describe(
    _ key: StaticString, _ bytes: Int, _ digest: SHA256Digest?, _ kept: PayloadForm,
    _ omitted: PayloadForm.Omission?, _ keptDigest: SHA256Digest?, _ content: ArraySlice<UInt8>?
  ) {
    name(key)
    beginObject()
    member("bytes", Int64(bytes))
    if let digest { member("digest", hex: digest) }
    member("kept", kept.word)
    if let keptDigest { member("kept_digest", hex: keptDigest) }
    if let omitted { member("omitted", omitted.word) }
    if let content {
      name("preview")
      content.withUnsafeBufferPointer { PayloadShape.write($0, to: &self) }
    }
    endObject()
  }

  /// Puts room for a header, a salt and, where it is wanted, the content behind what is attached.
  /// - Returns: where the salt begins.
  private mutating func beginPayload(_ content: ArraySlice<UInt8>, isWanted: Bool) -> Int {
    let header = PayloadFraming.headerBytes
    attached.reserveCapacity(
      attached.count + header + PayloadForm.saltBytes + (isWanted ? content.count : 0) + 32)
    for _ in 0..<header { attached.append(0) }
    let start = attached.count
    Salts.append(to: &attached)
    if isWanted { attached.append(contentsOf: content) }
    return start
  }

  /// Seals what was attached from `start` on, if it is to be, and writes its header.
  /// - Returns: false when it cannot be sealed: then it is not kept, never in the clear where a key
  ///   was asked for.
  private mutating func endPayload(
    from start: Int, _ role: LedgerPayload.Role, _ form: PayloadForm, _ sealing: PayloadSealing?
  ) -> Bool {
    let header = start - PayloadFraming.headerBytes
    var mark: UInt8 = 0
    if let sealing {
      guard let sealed = sealing.seal(Array(attached[start...]), role: role) else {
        attached.removeLast(attached.count - header)
        return false
      }
      attached.replaceSubrange(start..., with: sealed)
      mark = PayloadFraming.sealedMark
    }
    let count = UInt32(attached.count - start)
    attached[header] = role.rawValue
    attached[header + 1] = form.rawValue | mark
    for byte in 0..<4 {
      attached[header + 4 + byte] = UInt8(truncatingIfNeeded: count >> UInt32(8 * byte))
    }
    return true
  }

  /// The digest of a payload that is too long to be kept.
  private static func digest(of content: ArraySlice<UInt8>, salt: [UInt8]) -> SHA256Digest {
    var hash = SHA256()
    hash.update(salt)
    content.withUnsafeBufferPointer { hash.update(Span(_unsafeElements: $0)) }
    return hash.finalize()
  }
}

extension [UInt8] {
  /// Lends the bytes from an index on.
  fileprivate func withSpan<Result>(
    from start: Int, _ body: (Span<UInt8>) -> Result
  ) -> Result {
    withUnsafeBufferPointer { bytes in
      body(Span(_unsafeElements: UnsafeBufferPointer(rebasing: bytes[start...])))
    }
  }
}
