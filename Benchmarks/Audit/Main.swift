import Audit
import BenchmarkSupport
import Glibc
import JSON

/// Measures the index over a ledger:
/// bench-audit [--records N] [--rounds N] [--index FILE] [--json] [--ledger DIR].
/// Unless a ledger is given the records are made up and read from memory: parsing is in the
/// figures, files of a ledger are not.
@main
enum BenchAudit {
  struct Options {
    var records = 1_000_000
    var rounds = 20
    var index = "bench-audit.\(getpid()).sqlite"
    var isJSON = false
    /// A ledger to index in place of made-up records; no questions are asked.
    var ledger: String?
  }

  static func main() {
    do {
      var options = Options()
      var arguments = Arguments(CommandLine.arguments)
      while let option = try arguments.nextOption() {
        switch option {
        case "--records":
          options.records = try arguments.integer(of: option, in: 20_000...100_000_000)
        case "--rounds": options.rounds = try arguments.integer(of: option, in: 1...10_000)
        case "--index": options.index = try arguments.value(of: option)
        case "--json": options.isJSON = true
        case "--ledger": options.ledger = try arguments.value(of: option)
        default: throw UsageError("unknown option \(option)")
        }
      }
      for suffix in ["", "-wal", "-shm"] { unlink(options.index + suffix) }
      defer { for suffix in ["", "-wal", "-shm"] { unlink(options.index + suffix) } }
      let figures =
        try options.ledger.map { try catchUp(with: $0, options) } ?? measure(options)
      Console.say(options.isJSON ? figures.json : figures.text)
    } catch {
      Console.complain("bench-audit: \(error)")
      exit(1)
    }
  }

  static func measure(_ options: Options) throws -> Figures {
    let workload = Workload(seed: 1)
    let index = try AuditIndex(path: options.index)
    var figures = try fill(index, workload, options)
    for (name, values) in questions(workload) {
      guard let question = try AuditQuestion(name, values) else { continue }
      var samples: [UInt64] = []
      for _ in 0..<options.rounds {
        let start = Clock.nanoseconds()
        figures.sink += try question.json(from: index, now: workload.now).count
        samples.append(Clock.nanoseconds() - start)
      }
      let what =
        values.isEmpty ? name : "\(name) --\(values.keys.sorted().joined(separator: " --"))"
      figures.add(what, samples)
    }
    try measureAccess(options, &figures)
    return figures
  }

  /// The one question that also reads the ledger, of which it has its own.
  private static func measureAccess(_ options: Options, _ figures: inout Figures) throws {
    let path = options.index + ".could"
    let workload = try AccessWorkload(directory: options.index + ".ledger", index: path)
    defer {
      workload.remove()
      for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }
    var samples: [UInt64] = []
    for _ in 0..<options.rounds {
      let start = Clock.nanoseconds()
      figures.sink += try workload.ask(now: .max)
      samples.append(Clock.nanoseconds() - start)
    }
    figures.add(AccessWorkload.name, samples)
  }

  /// Indexes a ledger: files, checksums and parsing are in the figures.
  private static func catchUp(with ledger: String, _ options: Options) throws -> Figures {
    let index = try AuditIndex(path: options.index)
    let start = Clock.nanoseconds()
    let cpu = Clock.cpuSeconds()
    let found = try index.catchUp(with: ledger)
    var figures = Figures()
    figures.reindexSeconds = Double(Clock.nanoseconds() - start) / 1e9
    figures.cpuSeconds = Clock.cpuSeconds() - cpu
    figures.records = Int(found.read)
    return figures
  }

  /// Indexes the records, in the steps in which a ledger is read.
  private static func fill(
    _ index: AuditIndex, _ workload: Workload, _ options: Options
  ) throws -> Figures {
    var figures = Figures()
    var spent: UInt64 = 0
    while workload.sequence < options.records {
      let first = workload.sequence
      let records = (0..<min(16_384, options.records - Int(first))).map { _ in workload.next() }
      figures.bytes += records.reduce(0) { $0 + $1.count }
      let start = Clock.nanoseconds()
      let cpu = Clock.cpuSeconds()
      // Parsed as they are taken, as from a ledger: none is kept.
      try index.take(
        records.enumerated().lazy.compactMap { number, json in
          (try? JSONDocument(parsing: json)).map {
            IndexedRecord(sequence: first + Int64(number), node: $0.root)
          }
        })
      spent += Clock.nanoseconds() - start
      figures.cpuSeconds += Clock.cpuSeconds() - cpu
    }
    let start = Clock.nanoseconds()
    let cpu = Clock.cpuSeconds()
    try index.finish()
    figures.cpuSeconds += Clock.cpuSeconds() - cpu
    let finishing = Clock.nanoseconds() - start
    figures.records = options.records
    figures.reindexSeconds = Double(spent + finishing) / 1e9
    figures.finishSeconds = Double(finishing) / 1e9
    var status = stat()
    if stat(options.index, &status) == 0 { figures.indexBytes = Int(status.st_size) }
    return figures
  }

  private static func questions(_ workload: Workload) -> [(String, [String: String])] {
    let sample = workload.sample
    return [
      ("graph", ["call": sample.call]), ("graph", ["trace": sample.trace]),
      ("graph", ["run": sample.run]), ("graph", ["agent": sample.agent, "since": "1h"]),
      ("who", ["tool": "server-3__tool_50"]), ("who", ["tool": "tool_50", "since": "1h"]),
      ("boundary", [:]), ("boundary", ["since": "1h"]),
      ("touched", ["credential": sample.credential]),
      ("touched", ["credential": sample.credential, "since": "1h"]), ("approvals", [:]),
      ("unused", [:]), ("changes", [:]), ("gaps", [:]),
    ]
  }
}

/// What was measured.
struct Figures {
  var records = 0
  var bytes = 0
  var reindexSeconds = 0.0
  /// CPU time of the thread, which other processes disturb less.
  var cpuSeconds = 0.0
  var finishSeconds = 0.0
  var indexBytes = 0
  /// Keeps the compiler from leaving out what is measured.
  var sink = 0
  private var questions: [(name: String, p50: Double, p99: Double)] = []

  mutating func add(_ name: String, _ samples: [UInt64]) {
    let sorted = samples.sorted()
    func milliseconds(_ percent: Int) -> Double {
      Double(sorted[(sorted.count * percent + 99) / 100 - 1]) / 1e6
    }
    questions.append((name, milliseconds(50), milliseconds(99)))
  }

  var text: String {
    var lines = [
      "\(records) records of \(bytes / max(1, records)) bytes",
      "reindex: \(Int(Double(records) / reindexSeconds)) records/s,"
        + " \(Int(Double(records) / cpuSeconds)) records a second of CPU"
        + " (\(Int(finishSeconds * 1000)) ms of it to make the indexes)",
      "index: \(indexBytes / 1_000_000) MB", "question, ms p50 and p99:",
    ]
    for question in questions {
      lines.append("  \(question.name): \(tenths(question.p50)) \(tenths(question.p99))")
    }
    return lines.joined(separator: "\n")
  }

  private func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  /// A JSON array of measurements.
  var json: String {
    var writer = JSONWriter(reservingCapacity: 2048)
    writer.beginArray()
    writer.beginObject()
    writer.text("bench", "audit-reindex")
    writer.text("system", "sallyport")
    writer.number("records", records)
    writer.name("records_per_second")
    writer.double(Double(records) / reindexSeconds)
    writer.name("records_per_cpu_second")
    writer.double(Double(records) / cpuSeconds)
    writer.number("index_bytes", indexBytes)
    writer.endObject()
    for question in questions {
      writer.beginObject()
      writer.text("bench", "audit-question")
      writer.text("system", "sallyport")
      writer.text("question", question.name)
      writer.number("records", records)
      writer.name("p50_ms")
      writer.double(question.p50)
      writer.name("p99_ms")
      writer.double(question.p99)
      writer.endObject()
    }
    writer.endArray()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

enum Clock {
  static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
