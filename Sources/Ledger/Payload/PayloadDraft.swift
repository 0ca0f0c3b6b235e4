internal import Crypto

/// A payload on its way into a record: what the record says of it, and the bytes that will lie
/// beside the record.
struct PayloadDraft {
  let role: LedgerPayload.Role
  let bytes: Int
  var digest: SHA256Digest?
  var kept = PayloadForm.none
  var keptDigest: SHA256Digest?
  var omitted: Omission?
  var preview: [UInt8] = []
  /// Salt and content, before sealing. Empty when nothing is kept.
  var body: [UInt8] = []

  /// Why a payload is not kept in full.
  enum Omission: String {
    case configuration, size
  }

  init(_ payload: LedgerPayload, role: LedgerPayload.Role) {
    self.role = role
    bytes = payload.bytes
    guard let content = payload.content else {
      omitted = .configuration
      return
    }
    preview = PayloadShape.describe(content)
    body = SecureRandom.bytes(PayloadForm.saltBytes)
    guard content.count <= LedgerLimits.payloadBytesMax else {
      digest = Self.digest(of: content, salt: body)
      kept = .salt
      omitted = .size
      return
    }
    body.append(contentsOf: content)
    let digest = SHA256.hash(body)
    self.digest = digest
    switch payload.keeping {
    case .full: kept = .full
    case .redacted: redact(content)
    case .metadata, .none:
      body.removeLast(content.count)
      kept = .salt
      omitted = .configuration
    }
  }

  private mutating func redact(_ content: ArraySlice<UInt8>) {
    omitted = .configuration
    body.removeLast(content.count)
    guard let masked = PayloadRedaction.mask(content) else {
      kept = .salt
      return
    }
    body += masked
    kept = .redacted
    keptDigest = SHA256.hash(body)
  }

  /// The digest that a record holds of a payload.
  static func digest(of content: ArraySlice<UInt8>, salt: [UInt8]) -> SHA256Digest {
    var hash = SHA256()
    hash.update(salt)
    content.withUnsafeBufferPointer { hash.update(Span(_unsafeElements: $0)) }
    return hash.finalize()
  }
}

/// How a payload lies beside its record.
enum PayloadForm: UInt8 {
  case none = 0
  case salt = 1
  case redacted = 2
  case full = 3

  static let saltBytes = 16

  var word: StaticString {
    switch self {
    case .none: "none"
    case .salt: "salt"
    case .redacted: "redacted"
    case .full: "full"
    }
  }
}

extension RecordWriter {
  /// The member of a record that describes a payload, and the payload itself beside the record.
  mutating func member(
    _ key: StaticString, _ payload: LedgerPayload?, _ role: LedgerPayload.Role,
    sealing: PayloadSealing?
  ) {
    guard let payload else { return }
    let draft = PayloadDraft(payload, role: role)
    name(key)
    beginObject()
    member("bytes", Int64(draft.bytes))
    if let digest = draft.digest { member("digest", hex: digest) }
    member("kept", draft.kept.word)
    if let digest = draft.keptDigest { member("kept_digest", hex: digest) }
    if let omitted = draft.omitted { member("omitted", omitted.rawValue, limit: 32) }
    if !draft.preview.isEmpty {
      name("preview")
      draft.preview.withUnsafeBufferPointer { string($0, limit: LedgerLimits.previewBytesMax) }
    }
    endObject()
    guard draft.kept != .none else { return }
    guard let sealing else { return attach(draft.body, role: draft.role, form: draft.kept) }
    // What cannot be sealed is not kept: never in the clear where a key was asked for.
    guard let sealed = sealing.seal(draft.body, role: draft.role) else { return }
    attach(sealed, role: draft.role, form: draft.kept, isSealed: true)
  }
}
