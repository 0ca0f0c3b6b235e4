import Crypto
import Glibc
import TestSupport
import Testing

@testable import Ledger

/// Drives writer and tree over a failing disk with seeded choices: what a checkpoint was signed
/// over stays, whatever is lost, and the tree over it can always be opened again.
@Suite struct TreeSimulationTests {
  static let lives = 8

  @Test(
    "no checkpoint is broken by power losses, kills, full disks and disk errors",
    arguments: 0..<600)
  func checkpointsHold(seed: UInt64) throws {
    var simulation = try TreeSimulation(seed: seed)
    for _ in 0..<Self.lives { try simulation.life() }
  }
}

private struct TreeSimulation {
  let seed: UInt64
  let files: SimulatedFiles
  let signer: NoteSigner
  var random: SeededGenerator
  /// Records by sequence, as far as the present writer gave them.
  var records: [[UInt8]] = []
  /// Checkpoints that were signed, with what they were signed over.
  var signed: [(size: UInt64, root: SHA256Digest)] = []
  var sameBoot = true

  init(seed: UInt64) throws {
    self.seed = seed
    files = SimulatedFiles(seed: seed ^ 0x7EE)
    random = SeededGenerator(seed: seed)
    signer = try #require(try NoteSigner(name: "simulated/log"))
  }

  mutating func life() throws {
    let (writer, report) = try Writer.open(
      files: files, sameBoot: sameBoot,
      configuration: LedgerConfiguration(segmentBytes: 1_000 + random.below(8_000), tree: nil))
    sameBoot = true
    #expect(report.nextSequence <= UInt64(records.count), "seed \(seed)")
    records.removeLast(records.count - Int(report.nextSequence))
    let found = try TreeRecovery(
      files: files, first: report.firstSequence, next: report.nextSequence, keys: [signer.key]
    ).run()
    let keeper = try TreeKeeper(
      files: files, writer: writer, signer: signer, checkpoint: found.checkpoint,
      tree: found.tree, treeFiles: found.treeFiles, index: found.index)
    try checkSigned(keeper)
    if random.chance(1, in: 4) { try checkWhole(keeper) }
    let hasFaults = random.chance(2, in: 3)
    for _ in 0..<random.below(40) { step(writer, keeper, faults: hasFaults) }
    files.change {
      $0.space = .max
      $0.writeError = nil
      $0.syncError = nil
      $0.syncsLeft = nil
    }
    if random.chance(2, in: 3) {
      files.losePower()
      sameBoot = false
    } else {
      files.killProcess()
    }
  }

  private mutating func step(_ writer: Writer, _ keeper: TreeKeeper, faults: Bool) {
    switch random.below(faults ? 12 : 8) {
    case 0..<5:
      for _ in 0..<1 + random.below(40) {
        let record = Array(
          "{\"n\":\(records.count),\"r\":\(random.next() >> 12)}".utf8)
        let appended = record.withUnsafeBytes { bytes in
          Result { () throws(LedgerError) in try writer.append(bytes) }
        }
        guard case .success = appended else { return }
        records.append(record)
      }
    case 5..<8:
      guard (try? keeper.advance()) != nil,
        let checkpoint = keeper.checkpoint.flatMap({ Checkpoint(text: $0.text) })
      else { return }
      #expect(checkpoint.size == UInt64(records.count), "seed \(seed)")
      signed.append((checkpoint.size, checkpoint.root))
    case 8:
      let space = random.below(4_000)
      files.change { $0.space = space }
    case 9: files.change { $0.space = .max }
    case 10:
      if random.chance(1, in: 6) { files.change { $0.writeError = EIO } }
    default:
      let left = random.below(6)
      if random.chance(1, in: 4) { files.change { $0.syncsLeft = left } }
    }
  }

  /// The newest checkpoint that was signed is there, and the records are those it was signed over.
  private func checkSigned(_ keeper: TreeKeeper) throws {
    guard let newest = signed.last else { return }
    let kept = try #require(
      keeper.checkpoint.flatMap { Checkpoint(text: $0.text) },
      "seed \(seed): a checkpoint was signed, and none is there")
    #expect(kept.size >= newest.size, "seed \(seed): the newest checkpoint is lost")
    #expect(UInt64(records.count) >= kept.size, "seed \(seed): signed records are lost")
    var tree = MerkleTree()
    var roots: [UInt64: SHA256Digest] = [:]
    let wanted = Set(signed.suffix(10).map(\.size) + [kept.size])
    for record in records.prefix(Int(kept.size)) {
      tree.append(MerkleHash.leaf(record))
      if wanted.contains(tree.size) { roots[tree.size] = tree.root }
    }
    if kept.size > 0 { #expect(roots[kept.size] == kept.root, "seed \(seed)") }
    for checkpoint in signed.suffix(10) where checkpoint.size > 0 {
      #expect(roots[checkpoint.size] == checkpoint.root, "seed \(seed): at \(checkpoint.size)")
    }
  }

  /// After one more checkpoint every proof can be made from what is stored.
  private mutating func checkWhole(_ keeper: TreeKeeper) throws {
    try keeper.advance()
    let checkpoint = try #require(keeper.checkpoint.flatMap { Checkpoint(text: $0.text) })
    signed.append((checkpoint.size, checkpoint.root))
    guard checkpoint.size > 0 else { return }
    let stored = try TreeFiles(files: files, canWrite: false)
    let prover = TreeProver(source: stored, size: checkpoint.size)
    for _ in 0..<5 {
      let index = UInt64(random.below(Int(checkpoint.size)))
      #expect(
        TreeProof.includes(
          MerkleHash.leaf(records[Int(index)]), at: index, in: checkpoint.root,
          size: checkpoint.size, proof: try prover.inclusion(of: index)), "seed \(seed)")
    }
    let index = try #require(try BundleIndex(files: files, canWrite: false))
    #expect(try index.covers(checkpoint.size), "seed \(seed)")
  }
}
