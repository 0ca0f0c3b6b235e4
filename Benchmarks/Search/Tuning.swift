import Glibc
import Search

/// Looks for weights by chance: changes a few of the best so far, and keeps what is better over
/// all sets. The same seed tries the same.
struct Tuning {
  /// A catalog with queries.
  struct Sample {
    let tools: [SearchableTool]
    let queries: [SearchLines.Query]
  }

  let samples: [Sample]
  private var state: UInt64

  init(samples: [Sample], seed: UInt64) {
    self.samples = samples
    state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  }

  mutating func run(seconds: Int, from start: RankingWeights) -> RankingWeights {
    var best = start
    var score = goal(best)
    let end = BenchSearch.nanoseconds() + UInt64(seconds) * 1_000_000_000
    var trials = 0
    while BenchSearch.nanoseconds() < end {
      let other = changed(best)
      let reached = goal(other)
      trials += 1
      if reached > score {
        best = other
        score = reached
        print(trials, score, best)
        fflush(nil)
      }
    }
    print("trials:", trials)
    return best
  }

  /// How good the weights are for each set.
  func show(_ weights: RankingWeights) {
    for sample in samples {
      let scores = SearchScores(of: sample.queries, in: ToolIndex(sample.tools, weights: weights))
      let figures = [scores.recall[1], scores.recall[5], scores.recall[10], scores.ndcg[10]]
      print(
        scores.queries, "queries: recall@1, @5, @10, nDCG@10:",
        figures.map { "\(Float(Int(($0 ?? 0) * 10_000)) / 10_000)" }.joined(separator: " "))
    }
  }

  /// What is to be as high as can be: every set counts alike.
  private func goal(_ weights: RankingWeights) -> Double {
    var sum = 0.0
    var made: [(tools: Int, index: ToolIndex)] = []
    for (number, sample) in samples.enumerated() {
      let index: ToolIndex
      if number > 0, let last = made.last, samples[last.tools].tools == sample.tools {
        index = last.index
      } else {
        index = ToolIndex(sample.tools, weights: weights)
        made.append((number, index))
      }
      let scores = SearchScores(of: sample.queries, in: index)
      sum += (scores.recall[1] ?? 0) + (scores.recall[5] ?? 0) + 2 * (scores.ndcg[10] ?? 0)
    }
    return sum / Double(4 * samples.count)
  }

  private mutating func changed(_ weights: RankingWeights) -> RankingWeights {
    var weights = weights
    for _ in 0..<Int.random(in: 1...3, using: &self) {
      let fields: [Field] = [
        .name, .purpose, .details, .parameterNames, .parameterTexts, .server, .serverText,
      ]
      switch Int.random(in: 0..<21, using: &self) {
      case 0..<4:
        let field = fields[Int.random(in: 0..<fields.count, using: &self)]
        weights.fields[field] = scaled(weights.fields[field] ?? 1)
      case 4..<6:
        let field = fields[Int.random(in: 0..<fields.count, using: &self)]
        let norm = (weights.norms[field] ?? 0.5) + Float.random(in: -0.3...0.3, using: &self)
        weights.norms[field] = min(1, max(0, norm))
      case 6: weights.saturation = scaled(weights.saturation)
      case 7: weights.synonym = scaled(weights.synonym)
      case 8:
        weights.literal = min(1, scaled(weights.literal))
        weights.number = min(1, scaled(weights.number))
        weights.properName = max(1, moved(weights.properName, by: 0.2))
      case 9: weights.hint = moved(weights.hint, by: 0.2)
      case 10: weights.repetition = moved(weights.repetition, by: 0.2)
      case 11: weights.queryCoverage = moved(weights.queryCoverage, by: 2)
      case 12: weights.nameCoverage = moved(weights.nameCoverage, by: 0.2)
      case 13 where Bool.random(using: &self):
        weights.serverCoverage = moved(weights.serverCoverage, by: 0.4)
      case 13: weights.purposeCoverage = moved(weights.purposeCoverage, by: 1)
      case 15: weights.otherRole = moved(weights.otherRole, by: 0.3)
      case 16: weights.meaning = moved(weights.meaning, by: 2)
      case 17: weights.head = max(1, moved(weights.head, by: 0.2))
      case 18: weights.severalValues = moved(weights.severalValues, by: 0.8)
      case 19: weights.serverMeaning = moved(weights.serverMeaning, by: 0.3)
      case 14: weights.phrase = moved(weights.phrase, by: 0.1)
      default: weights.leadingWord = moved(weights.leadingWord, by: 0.7)
      }
    }
    // More for the server's name fits queries that name it, and no others.
    weights.fields[.server] = min(2, weights.fields[.server] ?? 0)
    return weights
  }

  private mutating func scaled(_ value: Float) -> Float {
    value * expf(Float.random(in: -0.6...0.6, using: &self))
  }

  private mutating func moved(_ value: Float, by most: Float) -> Float {
    max(0, value + Float.random(in: -most...most, using: &self))
  }
}

extension Tuning: RandomNumberGenerator {
  /// xorshift64*.
  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
