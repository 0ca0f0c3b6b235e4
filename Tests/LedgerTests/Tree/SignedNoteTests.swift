import Crypto
import Testing

@testable import Ledger

@Suite("Signed notes and their keys")
struct SignedNoteTests {
  /// Published with the reference implementation of signed notes.
  static let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
  static let text =
    "If you think cryptography is the answer to your problem,\n"
    + "then you don't know what your problem is.\n"
  static let signature =
    "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
    + "qdngotpRZb6KE6RyyBwJnAM=\n"

  @Test func `a published note verifies by its published key`() throws {
    let key = try #require(NoteKey(Self.key))
    let note = try #require(SignedNote(Array((Self.text + "\n" + Self.signature).utf8)))
    #expect(note.text == Self.text)
    #expect(note.isSigned(by: key))
    #expect(key.description == Self.key)
    #expect(note.bytes == Array((Self.text + "\n" + Self.signature).utf8))
  }

  @Test func `what was signed and read again is signed by its key and no other`() throws {
    let signer = try #require(try NoteSigner(name: "example.com/log"))
    let other = try #require(try NoteSigner(name: "example.com/log"))
    let checkpoint = Checkpoint(
      origin: "example.com/log", size: 17, root: SHA256.hash([1, 2, 3]))
    var note = SignedNote(text: checkpoint.text)
    note.signatures = [try signer.sign(note.text)]
    let read = try #require(SignedNote(note.bytes))
    #expect(read == note)
    #expect(read.isSigned(by: signer.key))
    #expect(!read.isSigned(by: other.key))
    #expect(Checkpoint(text: read.text) == checkpoint)
    let again = try #require(NoteSigner(text: signer.text))
    #expect(again.key == signer.key)
    #expect(NoteSigner(text: signer.text + signer.text) == nil)
  }

  @Test func `each single changed bit of a note is noticed`() throws {
    let signer = try #require(try NoteSigner(name: "example.com/log"))
    let text = Checkpoint(origin: "example.com/log", size: 1_000, root: SHA256.hash([7])).text
    let bytes = SignedNote(text: text, signatures: [try signer.sign(text)]).bytes
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      let note = SignedNote(changed)
      let isAccepted =
        note.map { $0.isSigned(by: signer.key) && Checkpoint(text: $0.text) != nil } ?? false
      #expect(!isAccepted, "bit \(bit)")
    }
  }

  @Test func `a second signature in the key's name that is wrong spoils the note`() throws {
    let signer = try #require(try NoteSigner(name: "a"))
    var note = SignedNote(text: "x\n", signatures: [try signer.sign("x\n")])
    note.signatures.append(try signer.sign("y\n"))
    #expect(!note.isSigned(by: signer.key))
  }

  @Test(
    "malformed notes are refused",
    arguments: [
      "", "\n", "text\n", "text\n\n", "text\n\n\u{2014} a AAAAAAAA", "text\n\u{2014} a AAAAAAAA\n",
      "te\u{1}xt\n\n\u{2014} a AAAAAAAAAAA=\n", "text\n\n- a AAAAAAAAAAA=\n",
      "text\n\n\u{2014} a b AAAAAAAAAAA=\n", "text\n\n\u{2014} a AAA\n", "text\n\n\u{2014} a+b AAAAAAAA\n",
    ])
  func malformed(text: String) {
    #expect(SignedNote(Array(text.utf8)) == nil)
  }

  @Test(
    "malformed keys are refused",
    arguments: [
      "", "a", "a+b+c", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX",
    ])
  func malformedKeys(text: String) {
    #expect(NoteKey(text) == nil)
  }

  @Test(
    "a checkpoint has one spelling",
    arguments: ["o\n1\n", "o\n01\nAAAA\n", "\n1\n", "o\n-1\n", "o\n1\nAAAA\n"])
  func checkpoints(text: String) {
    #expect(Checkpoint(text: text) == nil)
  }

  @Test func `paths of resources are those of tlog-tiles, and no others`() {
    #expect(LogResource.tile(level: 0, index: 1_234_067, width: 256).path == "tile/0/x001/x234/067")
    #expect(LogResource.entries(index: 0, width: 17).path == "tile/entries/000.p/17")
    let all: [LogResource] = [
      .checkpoint, .tile(level: 2, index: 999, width: 256), .tile(level: 0, index: 1_000, width: 1),
      .entries(index: 123_456_789, width: 255),
    ]
    for resource in all { #expect(LogResource(path: resource.path) == resource) }
    for path in [
      "", "tile", "tile/0", "tile/0/0", "tile/00/000", "tile/64/000", "tile/0/x000/001",
      "tile/0/001.p/0", "tile/0/001.p/256", "tile/0/001.p/01", "tile/entries/../000", "tile//000",
      "checkpoint/", "/checkpoint", "tile/0/x001/x02/003", "tile/0/001.p",
    ] {
      #expect(LogResource(path: path) == nil, "\(path)")
    }
  }
}
