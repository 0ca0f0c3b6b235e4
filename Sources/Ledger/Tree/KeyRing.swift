internal import Crypto

/// The ledger's keys: the private one in its file, the public ones beside the segments.
struct KeyRing: Sendable {
  let file: KeyFile
  let files: any LedgerFiles

  init(file: KeyFile, files: any LedgerFiles) {
    self.file = file
    self.files = files
  }

  /// The key that takes over while it is being announced.
  var next: KeyFile { KeyFile(path: file.path + ".next") }

  /// The signing key; a new one for a ledger that never had any.
  func signer(origin: String, announcingIn writer: Writer) throws(LedgerError) -> NoteSigner {
    let keys = try LogKeys.read(files)
    if let signer = try file.load() {
      if keys.isEmpty {
        if try !isAnnounced(signer.key) {
          try announce(KeyRecord(event: .created, key: "\(signer.key)"), in: writer)
        }
        try publish([signer.key])
      } else if !keys.contains(signer.key) {
        throw .unusable(
          file: file.path, reason: "it is not the key of this ledger: \(LogKeys.name) names others")
      }
      return signer
    }
    guard let last = keys.last else {
      let signer = try Self.make(origin)
      try file.save(signer)
      try announce(KeyRecord(event: .created, key: "\(signer.key)"), in: writer)
      try publish([signer.key])
      return signer
    }
    throw .unusable(
      file: file.path,
      reason: "the private key \(last.name) is missing; restore it, or move the ledger aside and "
        + "begin a new one")
  }

  /// Makes the next key and lets it take over; one that an earlier attempt left is used.
  func rotate(
    _ keeper: TreeKeeper, actor: LedgerActor?, announcingIn writer: Writer
  ) throws(LedgerError) -> NoteKey {
    if let left = try next.load() {
      try finish(keeper, with: left, actor: actor, announcingIn: writer)
      return left.key
    }
    let made = try Self.make(keeper.signer.key.name)
    try next.save(made)
    try rotate(keeper, to: made, actor: actor, announcingIn: writer)
    return made.key
  }

  /// Lets the next key take over after an attempt that was cut short, wherever that was.
  func finish(
    _ keeper: TreeKeeper, with made: NoteSigner, actor: LedgerActor?,
    announcingIn writer: Writer
  ) throws(LedgerError) {
    if try LogKeys.read(files).contains(made.key) {
      keeper.signer = made
      try next.move(to: file)
    } else {
      let isKnown = try isAnnounced(made.key)
      try rotate(keeper, to: made, actor: actor, announcingIn: isKnown ? nil : writer)
    }
  }

  private func rotate(
    _ keeper: TreeKeeper, to made: NoteSigner, actor: LedgerActor?, announcingIn writer: Writer?
  ) throws(LedgerError) {
    let record = KeyRecord(
      event: .rotated, key: "\(made.key)", previous: "\(keeper.signer.key)", actor: actor)
    try keeper.rotate(to: made) { () throws(LedgerError) in
      if let writer { try announce(record, in: writer) }
    }
    try next.move(to: file)
  }

  /// Whether the newest record of a key is about this one.
  private func isAnnounced(_ key: NoteKey) throws(LedgerError) -> Bool {
    let newest = try LedgerReader.newest(1, files: files, matching: LedgerFilter(kinds: [.key]))
    return newest.first?.text("key") == key.description
  }

  private func publish(_ keys: [NoteKey]) throws(LedgerError) {
    do throws(FileFailure) {
      try files.replace(LogKeys.name, with: LogKeys.bytes(keys))
    } catch {
      throw .system(error)
    }
  }

  private func announce(_ record: KeyRecord, in writer: Writer) throws(LedgerError) {
    try writer.append(LedgerRecord(.key(record)))
    try writer.synchronize()
  }

  private static func make(_ name: String) throws(LedgerError) -> NoteSigner {
    do throws(SigningError) {
      if let signer = try NoteSigner(name: name) { return signer }
    } catch {
      throw .unusable(file: "the log's key", reason: "it cannot be made: \(error)")
    }
    throw .unusable(
      file: "the log's key",
      reason: "`\(name)` is no name of a log: it must not be empty or hold spaces or plus signs")
  }
}
