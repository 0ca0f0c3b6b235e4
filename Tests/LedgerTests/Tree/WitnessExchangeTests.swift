import Crypto
import Testing

@testable import Ledger

@Suite("What a log and a witness say to each other")
struct WitnessExchangeTests {
  let witness: Ed25519PrivateKey
  let key: NoteKey
  let checkpoint: SignedNote

  init() throws {
    witness = try Ed25519PrivateKey()
    key = try #require(
      NoteKey(name: "w.example/1", kind: .cosignature, publicKey: witness.publicKey))
    let signer = try #require(try NoteSigner(name: "log.example"))
    let text = Checkpoint(origin: "log.example", size: 9, root: SHA256.hash([1])).text
    checkpoint = SignedNote(text: text, signatures: [try signer.sign(text)])
  }

  private func cosignature(of text: String) throws -> [UInt8] {
    let time: UInt64 = 1_800_000_000
    let stamp = withUnsafeBytes(of: time.bigEndian) { Array($0) }
    let signed = try witness.sign(Array("cosignature/v1\ntime \(time)\n\(text)".utf8))
    let line = SignedNote.Signature(name: key.name, keyID: key.id, bytes: stamp + signed)
    return Array((line.line + "\n").utf8)
  }

  @Test func `a request holds the old size, the proof and the checkpoint`() {
    let exchange = WitnessExchange(key: key)
    let hash = SHA256.hash([2])
    let body = String(decoding: exchange.request(checkpoint, proof: [hash]), as: UTF8.self)
    #expect(
      body == "old 0\n\(Base64.encode(hash.bytes))\n\n"
        + String(decoding: checkpoint.bytes, as: UTF8.self))
  }

  @Test func `a signature that holds is taken, and the size is remembered`() throws {
    var exchange = WitnessExchange(key: key)
    let body = try cosignature(of: checkpoint.text)
    let outcome = exchange.answered(status: 200, body: body, for: checkpoint)
    guard case .signed(let signatures) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    var note = checkpoint
    note.signatures += signatures
    #expect(note.isSigned(by: key) && exchange.seen == 9)
  }

  @Test func `what is no signature of the witness over this checkpoint is refused`() throws {
    var exchange = WitnessExchange(key: key)
    let other = try cosignature(of: "log.example\n8\nAAAA\n")
    for body in [[], other, Array("hello\n".utf8), Array(other.dropLast())] {
      guard case .refused = exchange.answered(status: 200, body: body, for: checkpoint) else {
        Issue.record("\(body)")
        continue
      }
    }
    #expect(exchange.seen == 0)
  }

  @Test func `a conflict tells the size to go on from, unless it cannot be`() {
    var exchange = WitnessExchange(key: key)
    #expect(exchange.answered(status: 409, body: Array("4\n".utf8), for: checkpoint) == .behind)
    #expect(exchange.seen == 4)
    for body in ["4\n", "10\n", "x\n", "4", ""] {
      let outcome = exchange.answered(status: 409, body: Array(body.utf8), for: checkpoint)
      if case .refused = outcome { continue }
      Issue.record("\(body): \(outcome)")
    }
    let outcome = exchange.answered(status: 403, body: [], for: checkpoint)
    #expect(outcome == .refused("HTTP status 403"))
  }
}
