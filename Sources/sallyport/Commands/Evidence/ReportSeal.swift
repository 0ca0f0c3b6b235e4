import Crypto
import Evidence
import JSON
import Ledger

/// Makes evidence of a report: the newest checkpoint, the inclusion proof of every sampled record,
/// and a signature by the log's key over all of it.
struct ReportSeal {
  /// The first line of what is signed.
  static let subject = "sallyport-report/1"

  let tiles: LedgerTiles
  let keyFile: String

  /// The report with proofs and signature. Records that are newer than the newest checkpoint have
  /// no proof: sign a checkpoint first.
  func seal(_ report: EvidenceReport) throws -> EvidenceReport {
    var report = report
    guard let bytes = try tiles.checkpoint(), let note = SignedNote(bytes),
      let checkpoint = Checkpoint(text: note.text)
    else { return report }
    report.checkpoint = String(decoding: bytes, as: UTF8.self)
    for control in report.findings.indices {
      for test in report.findings[control].tests.indices {
        for place in report.findings[control].tests[test].sample.indices {
          let sequence = report.findings[control].tests[test].sample[place].sequence
          guard sequence < checkpoint.size else { continue }
          report.findings[control].tests[test].sample[place].proof = try tiles.inclusion(
            of: sequence, in: checkpoint
          ).map { Base64.encode($0.bytes) }
        }
      }
    }
    let digest = SHA256.hash(try report.json()).hex
    report.signature = String(
      decoding: try LogSignature.sign(Self.subject, digest: digest, keyFile: keyFile).bytes,
      as: UTF8.self)
    return report
  }

  /// Checks a sealed report: signature, checkpoint, and the proof of every sampled record.
  /// - Returns: how many proofs held.
  static func verify(_ root: JSONNode, trusting keys: [NoteKey]) throws -> Int {
    guard let note = root[member: "signature"]?.string.flatMap({ SignedNote(Array($0.utf8)) }),
      let checkpointNote = root[member: "checkpoint"]?.string.flatMap({
        SignedNote(Array($0.utf8))
      }), let checkpoint = Checkpoint(text: checkpointNote.text)
    else { throw ArgumentProblem(description: "the report is not signed") }
    var writer = JSONWriter(reservingCapacity: root.raw.count)
    writer.beginObject()
    for (name, value) in root.members where name != "signature" {
      writer.name(name)
      writer.raw(value.raw)
    }
    writer.endObject()
    let canonical = try JSONCanonical.encode(JSONDocument(parsing: writer.bytes).root)
    guard
      note.text == LogSignature.text(subject, digest: SHA256.hash(canonical).hex),
      keys.contains(where: { note.isSigned(by: $0) }),
      keys.contains(where: { checkpointNote.isSigned(by: $0) && $0.name == checkpoint.origin })
    else {
      throw ArgumentProblem(description: "the report or its checkpoint is not what was signed")
    }
    var proofs = 0
    for control in root[member: "controls"].map({ Array($0.elements) }) ?? [] {
      for test in control[member: "tests"].map({ Array($0.elements) }) ?? [] {
        for record in test[member: "sample"].map({ Array($0.elements) }) ?? [] {
          guard let proof = record[member: "proof"] else { continue }
          try check(record, proof, checkpoint)
          proofs += 1
        }
      }
    }
    return proofs
  }

  private static func check(
    _ record: JSONNode, _ proof: JSONNode, _ checkpoint: Checkpoint
  ) throws {
    let sequence = record[member: "seq"]?.int64 ?? -1
    let hashes = proof.elements.compactMap { element in
      element.string.flatMap { Base64.decode($0) }.flatMap { SHA256Digest(bytes: $0) }
    }
    guard sequence >= 0, hashes.count == proof.count,
      let leaf = (record[member: "leafHash"] ?? record[member: "leaf_hash"])?.string
        .flatMap({ SHA256Digest(hex: $0) }),
      TreeProof.includes(
        leaf, at: UInt64(sequence), in: checkpoint.root, size: checkpoint.size, proof: hashes)
    else {
      throw ArgumentProblem(description: "the proof of record \(sequence) does not hold")
    }
  }
}
