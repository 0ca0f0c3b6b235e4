/// A process as /proc/<pid>/stat shows it. The start time tells it from a later process with the
/// same number.
struct ProcessEntry: Sendable, Hashable {
  var pid: Int32
  var parent: Int32
  var group: Int32
  var session: Int32
  /// Clock ticks after the machine started.
  var started: UInt64
  /// True when it has ended and waits to be reaped.
  var isZombie: Bool

  static func == (left: ProcessEntry, right: ProcessEntry) -> Bool {
    left.pid == right.pid && left.started == right.started
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(pid)
    hasher.combine(started)
  }

  /// Reads the line of /proc/<pid>/stat; nil when it is not one. The second field is the name of
  /// the command in parentheses and may itself hold spaces and parentheses.
  ///
  /// Source: proc_pid_stat(5).
  init?(parsing line: [UInt8]) {
    guard let open = line.firstIndex(of: UInt8(ascii: "(")),
      let close = line.lastIndex(of: UInt8(ascii: ")")), open < close
    else { return nil }
    let fields = line[(close + 1)...].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    func number<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> Number? {
      Number(String(decoding: bytes, as: UTF8.self))
    }
    let name = line[..<open].filter { $0 != UInt8(ascii: " ") }
    guard fields.count > 19, let pid: Int32 = number(name[...]),
      let parent: Int32 = number(fields[1]), let group: Int32 = number(fields[2]),
      let session: Int32 = number(fields[3]), let started: UInt64 = number(fields[19])
    else { return nil }
    self.pid = pid
    self.parent = parent
    self.group = group
    self.session = session
    self.started = started
    isZombie = fields[0].first == UInt8(ascii: "Z") || fields[0].first == UInt8(ascii: "X")
  }

  /// The processes among `all` that descend from `root` or belong to its session.
  static func tree(of root: Int32, in all: [ProcessEntry]) -> Set<ProcessEntry> {
    let children = Dictionary(grouping: all, by: \.parent)
    var found = Set<ProcessEntry>()
    var open = all.filter { $0.pid == root || $0.session == root }
    while let entry = open.popLast() {
      guard found.insert(entry).inserted else { continue }
      open.append(contentsOf: children[entry.pid] ?? [])
    }
    return found
  }
}
