public import JSON

/// One record as it was read.
public struct LedgerEntry: Sendable {
  /// Its place in the ledger.
  public let position: LedgerPosition
  /// The record's JSON, byte for byte as it was stored: the leaf of the tree.
  public let json: [UInt8]
  /// The same, parsed.
  public let document: JSONDocument
  private let payloads: [UInt8]
  private let isErased: Bool
  private let sealing: PayloadSealing?

  init(
    _ raw: RawRecord, files: any LedgerFiles, sealing: PayloadSealing? = nil
  ) throws(LedgerError) {
    position = LedgerPosition(sequence: raw.sequence)
    json = raw.record
    payloads = raw.payloads
    isErased = raw.isErased
    self.sealing = sealing
    do throws(JSONError) {
      document = try JSONDocument(parsing: raw.record)
    } catch {
      throw .corrupt(file: files.path(raw.segment.text), offset: raw.offset, .record)
    }
    guard document.root.kind == .object else {
      throw .corrupt(file: files.path(raw.segment.text), offset: raw.offset, .record)
    }
  }

  /// The record with its sequence as the first member, `seq`, for printing: one line without an
  /// end.
  public var line: [UInt8] {
    var line = Array("{\"seq\":\(position.sequence)".utf8)
    line.reserveCapacity(line.count + json.count)
    let rest = json.dropFirst()
    if rest.first != UInt8(ascii: "}") { line.append(UInt8(ascii: ",")) }
    line += rest
    return line
  }

  /// A member of the record that is a text.
  public func text(_ member: String) -> String? {
    document.root[member: member]?.string
  }

  /// Whether anything lies beside the record that could be erased.
  public var hasPayloads: Bool { !payloads.isEmpty && !isErased }

  /// What is kept of a payload.
  public func payload(_ role: LedgerPayload.Role) -> KeptPayload {
    if isErased { return .erased }
    return payloads.withUnsafeBytes { bytes in
      guard let items = PayloadFraming.read(bytes) else { return .unreadable }
      guard let item = items.first(where: { $0.role == role }) else { return .none }
      var body = Array(bytes[item.body])
      if item.isSealed {
        guard let sealing else { return .sealed }
        guard let opened = sealing.open(body, role: role) else { return .unreadable }
        body = opened
      }
      guard body.count >= PayloadForm.saltBytes else { return .unreadable }
      let salt = Array(body.prefix(PayloadForm.saltBytes))
      let content = body[PayloadForm.saltBytes...]
      switch item.form {
      case .full: return .full(content, salt: salt)
      case .redacted: return .redacted(content, salt: salt)
      case .salt: return .salt(salt)
      case .none: return .unreadable
      }
    }
  }
}

/// What is kept of a payload beside its record.
public enum KeptPayload: Sendable, Equatable {
  /// All of it, as it came.
  case full(ArraySlice<UInt8>, salt: [UInt8])
  /// With what looked like a secret masked.
  case redacted(ArraySlice<UInt8>, salt: [UInt8])
  /// Only the salt of the digest.
  case salt([UInt8])
  /// Nothing ever was.
  case none
  /// It was erased.
  case erased
  /// It is sealed, and no key was given.
  case sealed
  /// The key is another, or the bytes are not what was written.
  case unreadable

  /// All of it, if it is there.
  public var content: ArraySlice<UInt8>? {
    if case .full(let content, _) = self { content } else { nil }
  }
}
