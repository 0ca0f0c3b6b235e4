public import Crypto
internal import JSON

/// All that shows, without the ledger, that a record was in it: the record, its payloads if they are
/// wanted, the inclusion proof with a signed checkpoint (C2SP tlog-proof), and the key.
///
/// As JSON: `format`, `sequence`, `record` (its exact text), `payloads`, `proof`, `key`.
public struct ProofPack: Sendable, Equatable {
  /// The value of `format`.
  public static let format = "sallyport-proof/1"
  /// Bytes of a pack that is read.
  public static let bytesMax = 16 << 20

  /// The record's place.
  public var sequence: UInt64
  /// The record as it was stored.
  public var record: [UInt8]
  /// Its payloads.
  public var payloads: [Payload]
  /// From the leaf's sibling up to the root's child.
  public var inclusion: [SHA256Digest]
  /// The checkpoint.
  public var checkpoint: SignedNote
  /// The verifier key that signed it.
  public var key: NoteKey

  /// A payload in the clear, with its salt.
  public struct Payload: Sendable, Equatable {
    /// `arguments`, `result` or `prompt`.
    public var role: LedgerPayload.Role
    /// `full` or `redacted`.
    public var isRedacted: Bool
    /// 16 bytes.
    public var salt: [UInt8]
    /// JSON text.
    public var content: [UInt8]
  }

  /// The pack as canonical JSON.
  public var json: [UInt8] {
    var writer = JSONWriter(reservingCapacity: record.count * 2 + 2_048)
    writer.beginObject()
    writer.name("format")
    writer.string(Self.format)
    writer.name("key")
    writer.string(key.description)
    writer.name("payloads")
    writer.beginArray()
    for payload in payloads {
      writer.beginObject()
      writer.name("content")
      writer.string(utf8: payload.content)
      writer.name("kept")
      writer.string(payload.isRedacted ? "redacted" : "full")
      writer.name("role")
      writer.string(payload.role.word)
      writer.name("salt")
      writer.string(Base64.encode(payload.salt))
      writer.endObject()
    }
    writer.endArray()
    writer.name("proof")
    writer.string(proof)
    writer.name("record")
    writer.string(utf8: record)
    writer.name("sequence")
    writer.int(sequence)
    writer.endObject()
    return writer.bytes
  }

  /// The proof as C2SP tlog-proof writes it.
  public var proof: String {
    var text = "c2sp.org/tlog-proof@v1\nindex \(sequence)\n"
    for hash in inclusion { text += Base64.encode(hash.bytes) + "\n" }
    return text + "\n" + String(decoding: checkpoint.bytes, as: UTF8.self)
  }
}

/// Why a pack cannot be read, or proves nothing.
public struct ProofError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, for a person.
  public let description: String

  init(_ description: String) { self.description = description }
}

extension ProofPack {
  /// Reads a pack. That it can be read says nothing of whether it proves anything: `verify`.
  public init(json: [UInt8]) throws(ProofError) {
    guard json.count <= Self.bytesMax else {
      throw ProofError("it is larger than \(Self.bytesMax) bytes")
    }
    let root: JSONNode
    do throws(JSONError) { root = try JSONDocument(parsing: json).root } catch {
      throw ProofError("it is no JSON: \(error)")
    }
    guard root[member: "format"]?.equals("sallyport-proof/1") == true else {
      throw ProofError("`format` is not \(Self.format)")
    }
    guard let sequence = root[member: "sequence"]?.int64, sequence >= 0,
      let record = root[member: "record"]?.string,
      let key = root[member: "key"]?.string.flatMap({ NoteKey($0) }),
      let proof = root[member: "proof"]?.string
    else { throw ProofError("`sequence`, `record`, `key` or `proof` is missing or malformed") }
    self.sequence = UInt64(sequence)
    self.record = Array(record.utf8)
    self.key = key
    (inclusion, checkpoint) = try Self.parse(proof, sequence: self.sequence)
    var payloads: [Payload] = []
    for node in root[member: "payloads"]?.elements.map({ $0 }) ?? [] {
      guard let role = node[member: "role"]?.string.flatMap(LedgerPayload.Role.init(word:)),
        let kept = node[member: "kept"]?.string, kept == "full" || kept == "redacted",
        let salt = node[member: "salt"]?.string.flatMap({ Base64.decode($0) }),
        let content = node[member: "content"]?.string
      else { throw ProofError("one of its `payloads` is malformed") }
      payloads.append(
        Payload(
          role: role, isRedacted: kept == "redacted", salt: salt, content: Array(content.utf8)))
    }
    self.payloads = payloads
  }

  private static func parse(
    _ proof: String, sequence: UInt64
  ) throws(ProofError) -> ([SHA256Digest], SignedNote) {
    let lines = proof.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == "c2sp.org/tlog-proof@v1", lines.count > 3,
      lines[1] == "index \(sequence)", let gap = lines.firstIndex(of: ""), gap <= 66
    else { throw ProofError("`proof` is no proof for record \(sequence)") }
    let inclusion = lines[2..<gap].compactMap { line in
      Base64.decode(line).flatMap { SHA256Digest(bytes: $0) }
    }
    let note = lines[(gap + 1)...].joined(separator: "\n")
    guard inclusion.count == gap - 2, let checkpoint = SignedNote(Array(note.utf8)) else {
      throw ProofError("`proof` has a line that is no hash, or no checkpoint")
    }
    return (inclusion, checkpoint)
  }

  /// Checks that the record, with the payloads, was in the log that `key` signed; the pack's own key
  /// unless told otherwise, which proves only that the pack agrees with itself.
  public func verify(
    trusting keys: [NoteKey] = [], witnesses: [NoteKey] = []
  ) throws(ProofError) -> Checkpoint {
    let trusted = keys.isEmpty ? [key] : keys
    guard let signed = Checkpoint(text: checkpoint.text) else {
      throw ProofError("what is signed is no checkpoint")
    }
    guard trusted.contains(where: { $0.name == signed.origin && checkpoint.isSigned(by: $0) })
    else { throw ProofError("the checkpoint is not signed by a trusted key") }
    if let absent = witnesses.first(where: { !checkpoint.isSigned(by: $0) }) {
      throw ProofError("the witness \(absent.name) has not signed the checkpoint")
    }
    let included = TreeProof.includes(
      MerkleHash.leaf(record), at: sequence, in: signed.root, size: signed.size, proof: inclusion)
    guard included else {
      throw ProofError("the record is not in the log that the checkpoint was signed over")
    }
    try checkPayloads()
    return signed
  }

  private func checkPayloads() throws(ProofError) {
    guard !payloads.isEmpty else { return }
    guard let root = (try? JSONDocument(parsing: record))?.root else {
      throw ProofError("the record is no JSON")
    }
    for payload in payloads {
      let described =
        switch payload.role {
        case .arguments: root[member: "arguments"]
        case .result: root[member: "result"]
        case .prompt: root[member: "claims"]?[member: "prompt"]
        }
      let wanted = described?[member: payload.isRedacted ? "kept_digest" : "digest"]?.string
      guard wanted == SHA256.hash(payload.salt + payload.content).hex else {
        throw ProofError("the \(payload.role.word) are not those that the record names")
      }
    }
  }
}
