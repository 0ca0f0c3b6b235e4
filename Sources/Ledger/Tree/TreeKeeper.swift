internal import Crypto

/// Takes the records that are on disk into the tree, stores its hashes, and signs checkpoints. Used
/// by one thread at a time.
///
/// Only what is durable is signed, so no loss of power can take back what a checkpoint promised.
/// The hashes are on disk before the checkpoint over them is.
final class TreeKeeper {
  let files: any LedgerFiles
  private let writer: Writer
  private var tree: MerkleTree
  private let treeFiles: TreeFiles
  private let index: BundleIndex
  private var reader: LedgerReader
  var signer: NoteSigner
  private(set) var checkpoint: SignedNote?
  private(set) var signedSize: UInt64

  /// Records between two stores while much is taken in.
  static let storeEvery = 65_536

  init(
    files: any LedgerFiles, writer: Writer, signer: NoteSigner, checkpoint: SignedNote?,
    tree: MerkleTree, treeFiles: TreeFiles, index: BundleIndex
  ) throws(LedgerError) {
    self.files = files
    self.writer = writer
    self.signer = signer
    self.checkpoint = checkpoint
    self.tree = tree
    self.treeFiles = treeFiles
    self.index = index
    signedSize = checkpoint == nil ? 0 : tree.size
    reader = try LedgerReader(files: files, from: tree.size)
  }

  var size: UInt64 { tree.size }

  /// Signs everything that was written, if there is anything new.
  func advance() throws(LedgerError) {
    try integrate()
    if tree.size > signedSize || checkpoint == nil { try sign(with: [signer]) }
  }

  /// Takes in everything that was written.
  private func integrate() throws(LedgerError) {
    try writer.synchronize()
    let durable = writer.durable
    while tree.size < durable {
      guard let raw = try reader.nextRaw() else { break }
      if raw.sequence < tree.size { continue }
      index.add(raw)
      tree.append(MerkleHash.leaf(raw.record))
      if tree.fresh[0].count >= Self.storeEvery { try store() }
    }
    try store()
  }

  private func store() throws(LedgerError) {
    do throws(FileFailure) {
      try treeFiles.store(tree)
      try index.store(size: tree.size)
    } catch {
      throw .system(error)
    }
    tree.stored()
  }

  private func sign(with signers: [NoteSigner]) throws(LedgerError) {
    let next = Checkpoint(origin: signer.key.name, size: tree.size, root: tree.root)
    var note = SignedNote(text: next.text)
    for signer in signers {
      do throws(SigningError) {
        note.signatures.append(try signer.sign(note.text))
      } catch {
        throw .unusable(file: "the log's key", reason: "\(error)")
      }
    }
    try keep(note)
    signedSize = tree.size
  }

  private func keep(_ note: SignedNote) throws(LedgerError) {
    do throws(FileFailure) {
      try files.replace(LogKeys.checkpointName, with: note.bytes)
    } catch {
      throw .system(error)
    }
    checkpoint = note
  }

  /// Adds what witnesses signed, if the checkpoint is still the one they saw.
  func add(_ cosignatures: [SignedNote.Signature], to text: String) throws(LedgerError) {
    guard var note = checkpoint, note.text == text else { return }
    let new = cosignatures.filter { !note.signatures.contains($0) }
    guard !new.isEmpty else { return }
    note.signatures += new
    try keep(note)
  }

  /// The hashes from an older tree to that of the newest checkpoint.
  func consistency(from old: UInt64) throws(LedgerError) -> [SHA256Digest] {
    guard old <= signedSize else { throw .noSuchRecord(old) }
    return try TreeProver(source: treeFiles, size: signedSize).consistency(from: old)
  }

  /// Replaces the key: the next one is announced in the ledger, and a checkpoint over that record
  /// is signed by both.
  ///
  /// The next key is on disk first, so that ``KeyRing/finish`` can end what was cut short at any
  /// moment.
  func rotate(to next: NoteSigner, announcing announce: () throws(LedgerError) -> Void)
    throws(LedgerError)
  {
    try announce()
    try integrate()
    let old = signer
    signer = next
    do throws(LedgerError) {
      try sign(with: [old, next])
      try keepRotation(to: next)
    } catch {
      signer = old
      throw error
    }
  }

  /// Keeps the checkpoint over a change of the key, unless an attempt that was cut short did, and
  /// names the next key.
  private func keepRotation(to next: NoteSigner) throws(LedgerError) {
    let keys = try LogKeys.read(files)
    do throws(FileFailure) {
      if try LogKeys.rotations(files).count < keys.count {
        try files.replace("rotation-\(signedSize)", with: checkpoint?.bytes ?? [])
      }
      try files.replace(LogKeys.name, with: LogKeys.bytes(keys + [next.key]))
    } catch {
      throw .system(error)
    }
  }
}
