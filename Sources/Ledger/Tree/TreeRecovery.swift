internal import Crypto

/// Opening the tree over what recovery left of the segments.
///
/// The hashes below the newest checkpoint were on disk before it was. They are held against its
/// root; where they do not make it they are made again from the records. Records that do not make it
/// either are no longer those that were signed. Hashes after the checkpoint are dropped and made
/// again.
struct TreeRecovery {
  let files: any LedgerFiles
  let first: UInt64
  let next: UInt64
  /// Keys that may have signed the newest checkpoint.
  let keys: [NoteKey]

  struct Outcome {
    var checkpoint: SignedNote?
    var tree: MerkleTree
    var treeFiles: TreeFiles
    var index: BundleIndex
  }

  func run() throws(LedgerError) -> Outcome {
    let (note, checkpoint) = try readCheckpoint()
    let (treeFiles, index) = try open()
    guard let checkpoint else {
      try cut(treeFiles, index, to: 0)
      return Outcome(checkpoint: nil, tree: MerkleTree(), treeFiles: treeFiles, index: index)
    }
    guard checkpoint.size <= next else {
      throw .rolledBack(records: next, checkpoint: checkpoint.size)
    }
    if let tree = try stored(checkpoint, treeFiles, index) {
      try cut(treeFiles, index, to: tree.size)
      return Outcome(checkpoint: note, tree: tree, treeFiles: treeFiles, index: index)
    }
    let tree = try rebuilt(checkpoint, treeFiles, index)
    return Outcome(checkpoint: note, tree: tree, treeFiles: treeFiles, index: index)
  }

  private func readCheckpoint() throws(LedgerError) -> (SignedNote?, Checkpoint?) {
    let name = LogKeys.checkpointName
    guard files.exists(name) else { return (nil, nil) }
    let bytes: [UInt8]
    do throws(FileFailure) { bytes = try files.read(name) } catch { throw .system(error) }
    guard let note = SignedNote(bytes), let checkpoint = Checkpoint(text: note.text) else {
      throw .unusable(file: files.path(name), reason: "it is no checkpoint")
    }
    guard keys.contains(where: { note.isSigned(by: $0) && $0.name == checkpoint.origin }) else {
      throw .unusable(
        file: files.path(name),
        reason: "it is not signed by this ledger's key; restore the key that belongs to it")
    }
    return (note, checkpoint)
  }

  private func open() throws(LedgerError) -> (TreeFiles, BundleIndex) {
    do throws(FileFailure) {
      let treeFiles = try TreeFiles(files: files, canWrite: true)
      guard let index = try BundleIndex(files: files, canWrite: true) else {
        throw FileFailure(operation: "open", path: files.path(BundleIndex.name), code: 2)
      }
      return (treeFiles, index)
    } catch {
      throw .system(error)
    }
  }

  /// The tree of the checkpoint as it is stored; nil when it is not.
  private func stored(
    _ checkpoint: Checkpoint, _ treeFiles: TreeFiles, _ index: BundleIndex
  ) throws(LedgerError) -> MerkleTree? {
    do throws(FileFailure) {
      var level = 0
      while Tile.count(level: level, size: checkpoint.size) > 0 {
        let wanted = Tile.count(level: level, size: checkpoint.size)
        guard try treeFiles.count(level: level) >= wanted else { return nil }
        level += 1
      }
      guard try index.covers(checkpoint.size) else { return nil }
    } catch {
      throw .system(error)
    }
    let tree = try treeFiles.tree(of: checkpoint.size)
    return tree.root == checkpoint.root ? tree : nil
  }

  private func rebuilt(
    _ checkpoint: Checkpoint, _ treeFiles: TreeFiles, _ index: BundleIndex
  ) throws(LedgerError) -> MerkleTree {
    guard first == 0 else {
      throw .unusable(
        file: files.path(TreeFiles.directory),
        reason: "its hashes do not make the checkpoint's root, and the records below \(first) that "
          + "would make them again were let go; restore the directory from a copy")
    }
    try cut(treeFiles, index, to: 0)
    var tree = MerkleTree()
    var reader = try LedgerReader(files: files, from: 0)
    while tree.size < checkpoint.size, let raw = try reader.nextRaw() {
      index.add(raw)
      tree.append(MerkleHash.leaf(raw.record))
      if tree.fresh[0].count >= TreeKeeper.storeEvery { try store(&tree, treeFiles, index) }
    }
    guard tree.size == checkpoint.size, tree.root == checkpoint.root else {
      throw .rewritten(checkpoint: checkpoint.size)
    }
    try store(&tree, treeFiles, index)
    return tree
  }

  private func store(
    _ tree: inout MerkleTree, _ treeFiles: TreeFiles, _ index: BundleIndex
  ) throws(LedgerError) {
    do throws(FileFailure) {
      try treeFiles.store(tree)
      try index.store(size: tree.size)
    } catch {
      throw .system(error)
    }
    tree.stored()
  }

  private func cut(
    _ treeFiles: TreeFiles, _ index: BundleIndex, to size: UInt64
  ) throws(LedgerError) {
    do throws(FileFailure) {
      try treeFiles.truncate(to: size)
      try index.truncate(to: size)
    } catch {
      throw .system(error)
    }
  }
}
