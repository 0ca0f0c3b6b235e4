import CLinux
import Glibc
import Ledger
import Reactor

/// Measures the ledger: bench-ledger DIRECTORY [RECORDS]. The directory must not exist; it is left
/// behind. RECORDS, a million unless given, are written, signed and verified at the end. Prints
/// lines of JSON: `bench`, `system`, and the figures.
@main
enum BenchLedger {
  static let call = LedgerCall(
    id: "0190b2c3d4e5f60718293a4b5c6d7e8f",
    traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    era: "stateless", transport: "http",
    client: LedgerClient(name: "claude-code", version: "2.1.0"), method: "tools/call",
    principal: LedgerPrincipal(
      human: "ana@example.com", agent: "reviewer", tenant: "acme", roles: ["developer"],
      credential: "903ae30bf460190f"),
    session: "0190b2c3d4e5f607", profile: "work", server: "github", tool: "create_issue",
    toolDigest: "11f3183a973c4e21904997c7bb31183c254972ac1a9be0355f4e154198062487", effect: "write")
  static let arguments = LedgerPayload(
    content: Array(#"{"title":"a crash","body":"it crashed when the log was full","n":17}"#.utf8)[
      ...])

  static let decision = LedgerRecord(
    .decision(
      DecisionRecord(
        call: call, arguments: arguments, decision: .allow, policies: ["allow-developers"],
        policyVersion: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        entitiesVersion: "166145fc3184746af2550e376dfc647c8180295459d28982cf4373fb3f70d992",
        duration: 17)))
  static let outcome = LedgerRecord(
    .outcome(
      OutcomeRecord(
        call: "0190b2c3d4e5f60718293a4b5c6d7e8f", status: .ok, server: "github",
        tool: "create_issue",
        result: LedgerPayload(
          content: Array(#"{"content":[{"type":"text","text":"done"}]}"#.utf8)[...],
          keeping: .metadata), upstreamDuration: 900, duration: 950)))

  static func main() {
    let words = CommandLine.arguments
    let count = words.count == 3 ? Int(words[2]) : 1_000_000
    guard words.count == 2 || words.count == 3, let count else {
      print("usage: bench-ledger DIRECTORY [RECORDS]")
      exit(2)
    }
    do {
      let (ledger, _) = try Ledger.open(directory: words[1])
      let loop = try EventLoop(name: "bench")
      loop.execute {
        loop.spawn {
          await measure(ledger)
          await fill(ledger, count)
          loop.stop()
        }
      }
      loop.run()
      let start = nanoseconds()
      ledger.close()
      report("sign", ["seconds": seconds(since: start)])
      try verify(words[1])
    } catch {
      print("\(error)")
      exit(1)
    }
  }

  static func measure(_ ledger: Ledger) async {
    var sink = 0
    let count = 200_000
    let start = nanoseconds()
    for _ in 0..<count { sink &+= decision.json.count }
    report(
      "encode a decision",
      ["ns": Double(nanoseconds() - start) / Double(count), "bytes": Double(sink / count)])
    for batch in [1, 10, 100] { await batches(ledger, of: batch, count: 100_000 / batch) }
    for tasks in [1, 16, 256] {
      await appends(ledger, tasks: tasks, each: 40_000 / tasks, isDurable: false)
      await appends(ledger, tasks: tasks, each: max(20, 10_000 / tasks), isDurable: true)
    }
  }

  /// A tick that appends `size` records and waits until they are written.
  static func batches(_ ledger: Ledger, of size: Int, count: Int) async {
    var appending: UInt64 = 0
    var waiting: UInt64 = 0
    for _ in 0..<count {
      do throws(LedgerError) {
        let start = nanoseconds()
        var last = LedgerPosition(sequence: 0)
        for _ in 0..<size { last = try ledger.append(decision) }
        let appended = nanoseconds()
        try await ledger.written(last)
        appending += appended - start
        waiting += nanoseconds() - appended
      } catch {
        print("\(error)")
        exit(1)
      }
    }
    report(
      "append in a tick",
      [
        "records": Double(size), "ns": Double(appending) / Double(count * size),
        "flush_us": Double(waiting) / Double(count) / 1_000,
      ])
  }

  /// Tasks that each wait for their records, one after the other.
  static func appends(_ ledger: Ledger, tasks: Int, each: Int, isDurable: Bool) async {
    let start = nanoseconds()
    await withTaskGroup { group in
      for _ in 0..<tasks {
        group.addTask {
          for _ in 0..<each {
            do throws(LedgerError) {
              let position = try ledger.append(decision)
              if isDurable {
                try await ledger.durable(position)
              } else {
                try await ledger.written(position)
              }
            } catch {
              print("\(error)")
              exit(1)
            }
          }
        }
      }
    }
    let took = seconds(since: start)
    report(
      isDurable ? "append, fdatasync" : "append, written",
      [
        "writers": Double(tasks), "records_per_s": Double(tasks * each) / took,
        "wait_us": took / Double(each) * 1e6,
      ])
  }

  static func fill(_ ledger: Ledger, _ count: Int) async {
    do throws(LedgerError) {
      while ledger.status.nextSequence < UInt64(count) {
        var last = LedgerPosition(sequence: 0)
        for _ in 0..<500 {
          try ledger.append(decision)
          last = try ledger.append(outcome)
        }
        try await ledger.written(last)
      }
    } catch {
      print("\(error)")
      exit(1)
    }
  }

  static func verify(_ directory: String) throws {
    let start = nanoseconds()
    let found = try LedgerVerification(directory: directory).run()
    let took = seconds(since: start)
    guard found.isSound else {
      print("\(found.problems)")
      exit(1)
    }
    report(
      "verify",
      [
        "records": Double(found.records), "seconds": took,
        "records_per_s": Double(found.records) / took, "mb_per_s": Double(found.bytes) / took / 1e6,
      ])
  }

  static func report(_ what: String, _ figures: [String: Double]) {
    let members = figures.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\(rounded($0.value))" }
    print(
      "{\"bench\":\"ledger: \(what)\",\"system\":\"sallyport\","
        + members.joined(separator: ",") + "}")
    fflush(nil)
  }

  private static func rounded(_ value: Double) -> String {
    value >= 1_000 ? String(Int(value)) : String((value * 1_000).rounded() / 1_000)
  }

  static func seconds(since start: UInt64) -> Double { Double(nanoseconds() - start) / 1e9 }

  static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
