import Glibc
import Search

/// Measures the search: `bench-search [--tools N]` with a made-up catalog, `bench-search CATALOG
/// QUERIES [--tools N]` with one of lines that is varied until it has N tools. Prints one line of
/// JSON. `bench-search --words` prints the words of each line that it reads with their stems, of
/// which the table of word vectors is made.
/// `bench-search --tune SECONDS SEED CATALOG QUERIES [CATALOG QUERIES]…` looks for weights.
@main
enum BenchSearch {
  static func main() {
    var words = Array(CommandLine.arguments.dropFirst())
    do {
      if words.first == "--tune", words.count >= 5, words.count % 2 == 1,
        let seconds = Int(words[1]), let seed = UInt64(words[2])
      {
        try tune(seconds: seconds, seed: seed, files: Array(words.dropFirst(3)))
        return
      }
      if words == ["--words"] {
        while let line = readLine() {
          print(WordVectors.words(of: line).map { "\($0.word)/\($0.stem)" }.joined(separator: " "))
        }
        return
      }
      var count = 20_000
      if let option = words.firstIndex(of: "--tools"), option + 1 < words.count,
        let number = Int(words[option + 1]), number > 0
      {
        count = number
        words.removeSubrange(option...(option + 1))
      }
      guard words.isEmpty || words.count == 2 else {
        print("usage: bench-search [CATALOG QUERIES] [--tools N]")
        exit(2)
      }
      let workload =
        words.isEmpty
        ? Workload(tools: count)
        : try Workload(catalog: words[0], queries: words[1], tools: count)
      print(Figures(of: workload).json)
    } catch {
      print("bench-search: \(error)")
      exit(1)
    }
  }

  private static func tune(seconds: Int, seed: UInt64, files: [String]) throws {
    var samples: [Tuning.Sample] = []
    for pair in stride(from: 0, to: files.count, by: 2) {
      samples.append(
        .init(
          tools: try SearchLines.tools(Workload.read(files[pair])),
          queries: try SearchLines.queries(Workload.read(files[pair + 1]))))
    }
    var tuning = Tuning(samples: samples, seed: seed)
    let best = tuning.run(seconds: seconds, from: .standard)
    print(best)
    tuning.show(best)
  }

  static func nanoseconds(_ clock: clockid_t = CLOCK_MONOTONIC) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
