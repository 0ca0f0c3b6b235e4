import Glibc

/// How well an index answers queries whose answers are known.
public struct SearchScores: Sendable, Equatable {
  /// How many queries were asked.
  public private(set) var queries = 0
  /// Queries of which the index has no tool; they are not counted in anything else.
  public private(set) var unknown = 0
  /// The part of the relevant tools among the first 1, 3, 5 and 10.
  public private(set) var recall: [Int: Double] = [:]
  /// Normalised discounted cumulative gain of the first 5 and 10; a tool is relevant or is not.
  public private(set) var ndcg: [Int: Double] = [:]
  /// The mean of one over the rank of the first relevant tool, 0 beyond the first hundred.
  public private(set) var reciprocalRank = 0.0
  /// Nanoseconds of each search, sorted.
  public private(set) var times: [UInt64] = []

  /// The cuts of `recall`.
  public static let recallCuts = [1, 3, 5, 10]
  /// The cuts of `ndcg`.
  public static let ndcgCuts = [5, 10]
  /// How many results each query asks for.
  public static let depth = 100

  /// Asks every query.
  public init(of queries: [SearchLines.Query], in index: ToolIndex) {
    // Tables are made with the first search, which is not what is to be measured.
    if let first = queries.first { _ = index.search(first.text) }
    for query in queries {
      let relevant = Set(query.relevant.filter { index[$0] != nil })
      guard !relevant.isEmpty else {
        unknown += 1
        continue
      }
      let start = Self.nanoseconds()
      let results = index.search(query.text, limit: Self.depth)
      times.append(Self.nanoseconds() - start)
      add(results.map(\.tool.id), relevant)
    }
    let count = Double(max(self.queries, 1))
    recall = recall.mapValues { $0 / count }
    ndcg = ndcg.mapValues { $0 / count }
    reciprocalRank /= count
    times.sort()
  }

  private mutating func add(_ found: [String], _ relevant: Set<String>) {
    queries += 1
    for cut in Self.recallCuts {
      let hits = found.prefix(cut).count { relevant.contains($0) }
      recall[cut, default: 0] += Double(hits) / Double(relevant.count)
    }
    for cut in Self.ndcgCuts {
      var gain = 0.0
      for (rank, id) in found.prefix(cut).enumerated() where relevant.contains(id) {
        gain += 1 / log2(Double(rank + 2))
      }
      let ideal = (0..<min(cut, relevant.count)).reduce(0.0) { $0 + 1 / log2(Double($1 + 2)) }
      ndcg[cut, default: 0] += gain / ideal
    }
    if let rank = found.firstIndex(where: relevant.contains) {
      reciprocalRank += 1 / Double(rank + 1)
    }
  }

  /// The time within which this part of the searches was done, in nanoseconds.
  public func time(within part: Double) -> UInt64 {
    guard !times.isEmpty else { return 0 }
    return times[min(times.count - 1, Int(Double(times.count) * part))]
  }

  private static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
