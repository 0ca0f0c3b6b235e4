import Glibc
import Synchronization
import TestSupport

@testable import Ledger

/// A directory in memory that fails as disks do: short writes, no space, errors, pages that were
/// never synced and do not survive a loss of power.
final class SimulatedFiles: LedgerFiles {
  static let pageBytes = 4_096

  final class File {
    var live: [UInt8] = []
    var disk: [UInt8] = []
    var dirtyPages: Set<Int> = []
  }

  struct State {
    var random: SeededGenerator
    var names: [String: File] = [:]
    /// What the directory says on disk.
    var diskNames: [String: File] = [:]
    var open: [Int32: File] = [:]
    var nextDescriptor: Int32 = 100
    /// Bytes that may still be written.
    var space = Int.max
    var writesAreShort = false
    var writeError: Int32?
    var syncError: Int32?
    /// When set, that many syncs succeed, then all fail.
    var syncsLeft: Int?
    /// When set, that many writes succeed, then all fail, in part written.
    var writesLeft: Int?
    var writes = 0
  }

  private let state: Mutex<State>

  init(seed: UInt64) {
    state = Mutex(State(random: SeededGenerator(seed: seed)))
  }

  func change<T: Sendable>(_ body: @Sendable (inout State) -> T) -> T {
    state.withLock { body(&$0) }
  }

  // MARK: Failing

  /// The process ends; what it wrote stays.
  func killProcess() {
    state.withLock { $0.open = [:] }
  }

  /// The machine stops. Of every file some prefix of its growth stays, and of the pages since its
  /// last sync some; of the directory's changes some.
  func losePower() {
    state.withLock { state in
      state.open = [:]
      for (name, file) in state.names.sorted(by: { $0.key < $1.key }) {
        if state.diskNames[name] !== file, state.random.chance(1, in: 2) {
          state.diskNames[name] = file
        }
      }
      for name in state.diskNames.keys.sorted() where state.names[name] == nil {
        if state.random.chance(1, in: 2) { state.diskNames[name] = nil }
      }
      state.names = state.diskNames
      for (_, file) in state.names.sorted(by: { $0.key < $1.key }) {
        Self.loseUnsynced(file, &state.random)
      }
    }
  }

  private static func loseUnsynced(_ file: File, _ random: inout SeededGenerator) {
    let low = min(file.disk.count, file.live.count)
    let size =
      random.chance(1, in: 3) ? file.live.count : low + random.below(file.live.count - low + 1)
    var kept = Array(file.disk.prefix(size))
    kept += [UInt8](repeating: 0, count: size - kept.count)
    for page in file.dirtyPages.sorted() where random.chance(1, in: 2) {
      let end = min((page + 1) * pageBytes, size, file.live.count)
      if page * pageBytes < end {
        kept.replaceSubrange(page * pageBytes..<end, with: file.live[page * pageBytes..<end])
      }
    }
    file.live = kept
    file.disk = kept
    file.dirtyPages = []
  }

  // MARK: LedgerFiles

  func path(_ name: String) -> String { "simulated/" + name }

  func list() throws(FileFailure) -> [String] {
    state.withLock { Array($0.names.keys.filter { !$0.contains("/") }) }
  }

  func read(_ name: String) throws(FileFailure) -> [UInt8] {
    guard let bytes = state.withLock({ $0.names[name]?.live }) else {
      throw failure("open", name, ENOENT)
    }
    return bytes
  }

  func openForReading(_ name: String) throws(FileFailure) -> FileHandle { try open(name) }

  func read(_ file: FileHandle, at offset: Int, count: Int) throws(FileFailure) -> [UInt8] {
    state.withLock { state in
      guard let bytes = state.open[file.descriptor]?.live, offset < bytes.count else { return [] }
      return Array(bytes[offset..<min(bytes.count, offset + min(count, bytes.count))])
    }
  }

  func size(_ file: FileHandle) throws(FileFailure) -> Int {
    state.withLock { $0.open[file.descriptor]?.live.count ?? 0 }
  }

  func clear(_ file: FileHandle, _ range: Range<Int>) throws(FileFailure) {
    try writeAll([UInt8](repeating: 0, count: range.count), to: file, at: range.lowerBound)
  }

  func create(_ name: String) throws(FileFailure) -> FileHandle {
    let descriptor: Int32? = state.withLock { state in
      guard state.names[name] == nil else { return nil }
      let file = File()
      state.names[name] = file
      return Self.opened(file, &state)
    }
    guard let descriptor else { throw failure("open", name, EEXIST) }
    return FileHandle(descriptor: descriptor, name: name)
  }

  func open(_ name: String) throws(FileFailure) -> FileHandle {
    let descriptor: Int32? = state.withLock { state in
      state.names[name].map { Self.opened($0, &state) }
    }
    guard let descriptor else { throw failure("open", name, ENOENT) }
    return FileHandle(descriptor: descriptor, name: name)
  }

  private static func opened(_ file: File, _ state: inout State) -> Int32 {
    state.nextDescriptor += 1
    state.open[state.nextDescriptor] = file
    return state.nextDescriptor
  }

  func write(
    _ bytes: UnsafeRawBufferPointer, to file: FileHandle, at offset: Int
  ) throws(FileFailure) -> Int {
    let bytes = Array(bytes)
    let result: (count: Int, code: Int32) = state.withLock { state in
      guard let open = state.open[file.descriptor] else { return (0, EBADF) }
      state.writes += 1
      if let left = state.writesLeft {
        if left == 0 { state.writeError = EIO }
        state.writesLeft = max(0, left - 1)
      }
      var count = bytes.count
      if state.writesAreShort { count = 1 + state.random.below(count) }
      let growth = max(0, offset + count - open.live.count)
      if growth > state.space { count -= growth - state.space }
      if let code = state.writeError {
        count = state.random.below(bytes.count)
        Self.store(bytes.prefix(count), in: open, at: offset)
        return (0, code)
      }
      if count <= 0 { return (0, ENOSPC) }
      if state.space != .max { state.space -= max(0, offset + count - open.live.count) }
      Self.store(bytes.prefix(count), in: open, at: offset)
      return (count, 0)
    }
    guard result.code == 0 else { throw failure("pwrite", file.name, result.code) }
    return result.count
  }

  private static func store(_ bytes: ArraySlice<UInt8>, in file: File, at offset: Int) {
    guard !bytes.isEmpty else { return }
    let end = offset + bytes.count
    if file.live.count < end {
      file.live += [UInt8](repeating: 0, count: end - file.live.count)
    }
    file.live.replaceSubrange(offset..<end, with: bytes)
    for page in offset / pageBytes...(end - 1) / pageBytes { file.dirtyPages.insert(page) }
  }

  func truncate(_ file: FileHandle, to count: Int) throws(FileFailure) {
    state.withLock { state in
      guard let open = state.open[file.descriptor] else { return }
      open.live.removeLast(open.live.count - count)
    }
  }

  func synchronize(_ file: FileHandle) throws(FileFailure) {
    let code: Int32 = state.withLock { state in
      guard let open = state.open[file.descriptor] else { return EBADF }
      if let code = Self.refusesSync(&state) { return code }
      open.disk = open.live
      open.dirtyPages = []
      return 0
    }
    if code != 0 { throw failure("fdatasync", file.name, code) }
  }

  private static func refusesSync(_ state: inout State) -> Int32? {
    if let left = state.syncsLeft {
      if left == 0 { return EIO }
      state.syncsLeft = left - 1
    }
    return state.syncError
  }

  func close(_ file: FileHandle) {
    state.withLock { _ = $0.open.removeValue(forKey: file.descriptor) }
  }

  func makeDirectory(_ name: String) throws(FileFailure) {}

  func exists(_ name: String) -> Bool { state.withLock { $0.names[name] != nil } }

  func rename(_ name: String, to other: String) throws(FileFailure) {
    state.withLock { state in
      state.names[other] = state.names.removeValue(forKey: name)
    }
  }

  func remove(_ name: String) throws(FileFailure) {
    state.withLock { _ = $0.names.removeValue(forKey: name) }
  }

  func synchronizeDirectory(_ name: String) throws(FileFailure) {
    let code: Int32 = state.withLock { state in
      if let code = Self.refusesSync(&state) { return code }
      state.diskNames = state.names
      return 0
    }
    if code != 0 { throw failure("fsync", name, code) }
  }

  private func failure(_ operation: String, _ name: String, _ code: Int32) -> FileFailure {
    FileFailure(operation: operation, path: path(name), code: code)
  }
}

extension SeededGenerator {
  mutating func chance(_ part: Int, in whole: Int) -> Bool { below(whole) < part }
}
