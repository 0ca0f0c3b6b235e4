import Ledger

/// Where results end, so that the optimiser keeps the work. The fuzzer has one thread.
nonisolated(unsafe) var sink = 0

/// Feeds what others can send or change to what reads it. The first byte says what the rest is:
/// `t` a log as files, `s` frames of a segment, `r` a segment as it is; else the whole is a text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  switch bytes.first {
  case UInt8(ascii: "t"): readTiles(bytes.dropFirst())
  case UInt8(ascii: "s"): readSegment(Segment.framed(bytes.dropFirst()))
  case UInt8(ascii: "r"): readSegment(Segment.header() + bytes.dropFirst())
  default: readText(bytes)
  }
  return 0
}

/// A text has one spelling: what was read is written as it came.
func readText(_ bytes: [UInt8]) {
  if let note = SignedNote(bytes) {
    precondition(note.bytes == bytes, "a note is written in another way than it was read")
    if let checkpoint = Checkpoint(text: note.text) {
      precondition(checkpoint.text == note.text, "a checkpoint has two spellings")
    }
    sink &+= GenuineLog.key.map { note.isSigned(by: $0) } == true ? 1 : 0
  }
  if let pack = try? ProofPack(json: bytes) { read(pack) }
  guard let text = String(validating: bytes, as: UTF8.self) else { return }
  if let key = NoteKey(text) {
    precondition(key.description == text, "a key has two spellings")
  }
  if let resource = LogResource(path: text) {
    precondition(resource.path == text, "a resource has two paths")
  }
  if let checkpoint = Checkpoint(text: text) {
    precondition(checkpoint.text == text, "a checkpoint has two spellings")
  }
}

func read(_ pack: ProofPack) {
  guard let again = try? ProofPack(json: pack.json) else {
    preconditionFailure("a pack that was written does not read")
  }
  precondition(again == pack, "a pack is another after it was written and read")
  guard let key = GenuineLog.key, (try? pack.verify(trusting: [key])) != nil else { return }
  precondition(
    GenuineLog.leaves.contains(MerkleHash.leaf(pack.record).hex), "a pack proves what never was")
}
