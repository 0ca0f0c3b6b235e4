public import Crypto

/// What a log and a witness say to each other (C2SP tlog-witness, `add-checkpoint`). Pure.
public struct WitnessExchange: Sendable {
  /// The witness's key.
  public let key: NoteKey
  /// The size of the newest checkpoint of this log that the witness has seen, as far as is known.
  public private(set) var seen: UInt64 = 0

  /// What an answer means.
  public enum Outcome: Sendable, Equatable {
    /// It signed: these lines go under the checkpoint.
    case signed([SignedNote.Signature])
    /// It has seen another size than was thought: ask again from there.
    case behind
    /// It did not sign.
    case refused(String)
  }

  /// An exchange with a witness of which nothing is known.
  public init(key: NoteKey) {
    self.key = key
  }

  /// The body of a request.
  /// - Parameter proof: the consistency proof from ``seen``; empty when that is 0.
  public func request(_ checkpoint: SignedNote, proof: [SHA256Digest]) -> [UInt8] {
    var text = "old \(seen)\n"
    for hash in proof { text += Base64.encode(hash.bytes) + "\n" }
    return Array((text + "\n").utf8) + checkpoint.bytes
  }

  /// Takes an answer to a request about `checkpoint`.
  public mutating func answered(
    status: Int, body: [UInt8], for checkpoint: SignedNote
  ) -> Outcome {
    switch status {
    case 200:
      let note = SignedNote(Array((checkpoint.text + "\n").utf8) + body)
      guard let note, note.isSigned(by: key) else {
        return .refused("the answer holds no valid signature of its key")
      }
      if let size = Checkpoint(text: checkpoint.text)?.size { seen = size }
      return .signed(note.signatures.filter { $0.name == key.name && $0.keyID == key.id })
    case 409:
      let text = String(decoding: body, as: UTF8.self)
      guard text.last == "\n", let size = UInt64(text.dropLast()), size != seen,
        let newest = Checkpoint(text: checkpoint.text)?.size, size <= newest
      else { return .refused("it has seen a checkpoint that this log cannot extend: \(text)") }
      seen = size
      return .behind
    default:
      return .refused("HTTP status \(status)")
    }
  }
}
