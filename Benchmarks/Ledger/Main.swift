import CLinux
import Glibc
import Ledger
import Reactor

/// Measures what the ledger costs a loop: bench-ledger DIRECTORY. The directory must not exist; it
/// is left behind.
@main
enum BenchLedger {
  static let record = LedgerRecord(
    .decision(
      DecisionRecord(
        call: LedgerCall(
          id: "0190b2c3d4e5f60718293a4b5c6d7e8f",
          traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          era: "stateless", transport: "http",
          client: LedgerClient(name: "claude-code", version: "2.1.0"), method: "tools/call",
          principal: LedgerPrincipal(
            human: "ana@example.com", agent: "reviewer", tenant: "acme", roles: ["developer"]),
          session: "0190b2c3d4e5f607", profile: "work", server: "github", tool: "create_issue",
          effect: "write"),
        arguments: LedgerPayload(bytes: 420), decision: .allow,
        policies: ["allow-developers"],
        policyVersion: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        duration: 17)))

  static func main() {
    guard CommandLine.arguments.count == 2 else {
      print("usage: bench-ledger DIRECTORY")
      exit(2)
    }
    do {
      let (ledger, _) = try Ledger.open(directory: CommandLine.arguments[1])
      let loop = try EventLoop(name: "bench")
      loop.execute {
        loop.spawn {
          await measure(ledger)
          loop.stop()
        }
      }
      loop.run()
      ledger.close()
    } catch {
      print("\(error)")
      exit(1)
    }
  }

  static func measure(_ ledger: Ledger) async {
    print("record: \(record.json.count) bytes")
    var sink = 0
    report("encode", count: 200_000) { sink &+= record.json.count }
    for batch in [1, 10, 100, 1_000] {
      await batches(ledger, of: batch, count: max(200, 100_000 / batch))
    }
    for tasks in [1, 16, 64, 256] {
      await durable(ledger, tasks: tasks, each: max(20, 4_000 / tasks))
    }
    exit(sink == 0 ? 1 : 0)
  }

  static func report(_ what: String, count: Int, _ body: () -> Void) {
    let start = nanoseconds()
    for _ in 0..<count { body() }
    print("\(what): \((nanoseconds() - start) / UInt64(count)) ns")
  }

  /// A tick that appends `size` records and waits until they are written.
  static func batches(_ ledger: Ledger, of size: Int, count: Int) async {
    var appending: UInt64 = 0
    var waiting: UInt64 = 0
    for _ in 0..<count {
      do throws(LedgerError) {
        let start = nanoseconds()
        var last = LedgerPosition(sequence: 0)
        for _ in 0..<size { last = try ledger.append(record) }
        let appended = nanoseconds()
        try await ledger.written(last)
        appending += appended - start
        waiting += nanoseconds() - appended
      } catch {
        print("\(error)")
        return
      }
    }
    print(
      "\(size) records a tick: \(appending / UInt64(count * size)) ns an append, "
        + "\(Double(waiting / UInt64(count)) / 1_000) µs the tick's flush and resumption")
  }

  /// Tasks that each wait for their records to be durable, one after the other.
  static func durable(_ ledger: Ledger, tasks: Int, each: Int) async {
    let start = nanoseconds()
    await withTaskGroup { group in
      for _ in 0..<tasks {
        group.addTask {
          for _ in 0..<each {
            do throws(LedgerError) {
              try await ledger.durable(try ledger.append(record))
            } catch {
              print("\(error)")
              return
            }
          }
        }
      }
    }
    let seconds = Double(nanoseconds() - start) / 1e9
    let total = Double(tasks * each)
    print(
      "\(tasks) tasks waiting for the disk: \(Int(total / seconds)) records/s, "
        + "\(Int(seconds / Double(each) * 1e6)) µs a wait")
  }

  static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
