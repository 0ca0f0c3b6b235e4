import Glibc
import Search

/// What was measured, times in nanoseconds. Half of the tools are usable: the filter is on.
struct Figures {
  private var members: [(String, String)] = []

  init(of workload: Workload) {
    let before = Self.resident()
    var start = BenchSearch.nanoseconds()
    var index = ToolIndex(workload.tools)
    members.append(("tools", "\(index.count)"))
    members.append(("build_ns", "\(BenchSearch.nanoseconds() - start)"))
    // Without the tools themselves, which the caller has already.
    members.append(("resident_kB", "\(Self.resident() - before)"))

    let usable = Set(workload.tools.enumerated().filter { $0.offset % 2 == 0 }.map(\.element.id))
    var samples: [UInt64] = []
    var processor: [UInt64] = []
    var found = 0
    var tokens: [Int] = []
    for _ in 0..<3 {
      for query in workload.queries {
        start = BenchSearch.nanoseconds()
        let used = BenchSearch.nanoseconds(CLOCK_THREAD_CPUTIME_ID)
        let results = index.search(query, limit: 10) { usable.contains($0) }
        processor.append(BenchSearch.nanoseconds(CLOCK_THREAD_CPUTIME_ID) - used)
        samples.append(BenchSearch.nanoseconds() - start)
        found += results.count
        let lines = ToolSummary.lines(of: results.map(\.tool), tokens: .max).lines
        tokens.append(lines.reduce(0) { $0 + TokenEstimate.tokens($1) + 1 })
      }
    }
    add("search", samples)
    // Of this thread alone, whatever else the machine does.
    add("search_cpu", processor)
    members.append(("results", "\(found)"))
    tokens.sort()
    // Of an answer with ten lines.
    if let most = tokens.last {
      members.append(("tokens_p50", "\(tokens[tokens.count / 2])"))
      members.append(("tokens_max", "\(most)"))
    }

    samples = []
    for number in 0..<1000 {
      var tool = workload.tools[number * 7919 % workload.tools.count]
      tool.description += " Changed \(number)."
      start = BenchSearch.nanoseconds()
      index.update(tool)
      samples.append(BenchSearch.nanoseconds() - start)
    }
    add("update", samples)

    // As a gateway does it: who searches keeps what there was.
    samples = []
    for number in 0..<200 {
      var tool = workload.tools[number * 7919 % workload.tools.count]
      tool.description += " Changed again \(number)."
      start = BenchSearch.nanoseconds()
      var next = index
      next.update(tool)
      samples.append(BenchSearch.nanoseconds() - start)
      index = next
    }
    add("edition", samples)
  }

  private mutating func add(_ name: String, _ samples: [UInt64]) {
    let sorted = samples.sorted()
    guard let last = sorted.last else { return }
    members.append(("\(name)_p50_ns", "\(sorted[sorted.count / 2])"))
    members.append(("\(name)_p99_ns", "\(sorted[sorted.count * 99 / 100])"))
    members.append(("\(name)_max_ns", "\(last)"))
  }

  var json: String {
    "{" + members.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
  }

  /// In kB, from `/proc`.
  private static func resident() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = fread(&bytes, 1, bytes.count, file)
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(sysconf(Int32(_SC_PAGESIZE))) / 1000
  }
}
