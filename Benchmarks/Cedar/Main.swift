import Cedar
import Glibc

/// Measures decisions: bench-cedar DATA POLICIES [--rounds N | --decisions N]. DATA is a directory
/// with `policies_POLICIES.cedar`, `entities.json` and `requests.json`. Prints one line of JSON.
/// With `--decisions` it times nothing, so that allocations and instructions can be counted.
@main
enum BenchCedar {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count == 2 || arguments.count == 4, let policies = Int(arguments[1]),
      let number = arguments.count == 4 ? Int(arguments[3]) : 5,
      arguments.count == 2 || ["--rounds", "--decisions"].contains(arguments[2])
    else {
      print("usage: bench-cedar DATA POLICIES [--rounds N | --decisions N]")
      exit(2)
    }
    do {
      let workload = try Workload(directory: arguments[0], policies: policies)
      if arguments.count == 4, arguments[2] == "--decisions" {
        print(workload.decide(number))
      } else {
        try print(measure(workload, rounds: max(1, number)).json)
      }
    } catch {
      print("bench-cedar: \(error)")
      exit(1)
    }
  }

  /// Each decision by itself, then all of them in one go: reading the clock twice costs as much as
  /// a part of a decision.
  static func measure(_ workload: Workload, rounds: Int) throws -> Figures {
    var figures = Figures(policies: workload.policies.policies.count)
    var builds: [UInt64] = []
    for _ in 0..<5 {
      let start = nanoseconds()
      _ = try workload.parse()
      builds.append(nanoseconds() - start)
    }
    figures.build = builds.min() ?? 0
    figures.allowed = workload.decide(workload.requests.count)
    var samples: [UInt64] = []
    samples.reserveCapacity(rounds * workload.requests.count)
    var total: UInt64 = 0
    for _ in 0..<rounds {
      for request in workload.requests {
        let start = nanoseconds()
        let response = workload.decide(request)
        samples.append(nanoseconds() - start)
        figures.sink &+= response.determining.count
      }
      let start = nanoseconds()
      figures.sink &+= workload.decide(workload.requests.count)
      total += nanoseconds() - start
    }
    samples.sort()
    figures.p50 = samples[samples.count / 2]
    figures.p99 = samples[samples.count * 99 / 100]
    figures.mean = Double(total) / Double(rounds * workload.requests.count)
    return figures
  }

  static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// What was measured, times in nanoseconds.
struct Figures {
  let policies: Int
  var build: UInt64 = 0
  var allowed = 0
  var p50: UInt64 = 0
  var p99: UInt64 = 0
  var mean = 0.0
  /// Keeps the compiler from leaving out what is measured.
  var sink = 0

  init(policies: Int) { self.policies = policies }

  var json: String {
    "{\"policies\": \(policies), \"allowed\": \(allowed), \"build_ns\": \(build), "
      + "\"p50_ns\": \(p50), \"p99_ns\": \(p99), \"mean_ns\": \(mean), \"sink\": \(sink)}"
  }
}
