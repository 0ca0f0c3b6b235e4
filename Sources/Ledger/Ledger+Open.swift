internal import Crypto

extension Ledger {
  /// Opens the ledger in `directory`, which is created (mode 0700) if only its last component is
  /// missing. Makes the signing key at the first start. Blocks: reads the newest segment in full
  /// and syncs it.
  /// - Throws: `.inUse` when another writer has the directory; `.corrupt`, `.rolledBack` or
  ///   `.rewritten` when a file is not what was written; `.unusable` for a key, checkpoint or tree
  ///   that does not fit; `.system` for anything else.
  public static func open(
    directory: String, configuration: LedgerConfiguration = LedgerConfiguration()
  ) throws(LedgerError) -> (Ledger, LedgerRecovery) {
    let files: SystemFiles
    do throws(FileFailure) {
      files = try SystemFiles(directory: directory)
    } catch {
      throw .system(error)
    }
    let lock = try DirectoryLock(directory: directory)
    let (writer, report) = try Writer.open(
      files: files, sameBoot: lock.wasWrittenThisBoot, configuration: configuration)
    try PayloadEraser(files: files).finish()
    guard let tree = configuration.tree else {
      try lock.recordBoot()
      return (try Ledger(writer: writer, lock: lock, configuration: configuration), report)
    }
    let keys = KeyRing(
      file: KeyFile(path: tree.keyFile ?? directory + "/log.key"), files: files)
    let keeper = try TreeKeeper.open(
      writer: writer, report: report, keys: keys, origin: tree.origin)
    try lock.recordBoot()
    let ledger = try Ledger(
      writer: writer, keeper: keeper, lock: lock, configuration: configuration)
    return (ledger, report)
  }
}

extension TreeKeeper {
  /// Opens the tree, makes the key where there is none, and finishes a rotation that was cut short.
  static func open(
    writer: Writer, report: LedgerRecovery, keys: KeyRing, origin: String?
  ) throws(LedgerError) -> TreeKeeper {
    let files = writer.files
    let signer = try keys.signer(
      origin: origin ?? "sallyport.local/\(writer.identity.hex)", announcingIn: writer)
    let next = try keys.next.load()
    let found = try TreeRecovery(
      files: files, first: report.firstSequence, next: report.nextSequence,
      keys: try LogKeys.read(files) + (next.map { [$0.key] } ?? [])
    ).run()
    let keeper = try TreeKeeper(
      files: files, writer: writer, signer: signer, checkpoint: found.checkpoint,
      tree: found.tree, treeFiles: found.treeFiles, index: found.index)
    if let next { try keys.finish(keeper, with: next, actor: nil, announcingIn: writer) }
    return keeper
  }
}
