/// What a candidate gets beside the score of its words: for how much of it the query says, and in
/// what order.
struct CloseScorer {
  let index: ToolIndex
  let query: SearchQuery
  let probes: [Probe]
  private let table: TermTable
  private let role: ActionRole
  private let vector: TextVector
  /// The rarity and weight of all probes together.
  private let whole: Float

  init(index: ToolIndex, query: SearchQuery, probes: [Probe]) {
    self.index = index
    self.query = query
    self.probes = probes
    table = TermTable(probes)
    role = ActionRole(ofQuery: query.sequence)
    vector = query.vector(index.weights)
    whole = probes.reduce(0) { $0 + $1.weight * $1.rarity }
  }

  struct Bonuses: Equatable {
    var query: Float = 0
    var name: Float = 0
    var purpose: Float = 0
    var server: Float = 0
    var meaning: Float = 0
    var severalValues: Float = 0
    var phrases: Float = 0
    var exactName: Float = 0
    var leadingWord: Float = 0
    var role: Float = 0

    var total: Float {
      query + name + purpose + server + meaning + severalValues + phrases + exactName
        + leadingWord + role
    }
  }

  func bonuses(of entry: ToolIndex.Entry, mask: UInt32) -> Bonuses {
    let weights = index.weights
    var bonuses = Bonuses()
    bonuses.meaning = weights.meaning * vector.cosine(with: entry.vector)
    bonuses.query = weights.queryCoverage * queryCoverage(mask)
    entry.withTerms { name, purpose, server in
      let ofName = coverage(of: name)
      bonuses.name = weights.nameCoverage * ofName.fraction * ofName.rarity.squareRoot()
      bonuses.purpose = weights.purposeCoverage * coverage(of: purpose).fraction
      let ofServer = coverage(of: server)
      bonuses.server = weights.serverCoverage * ofServer.fraction * ofServer.rarity.squareRoot()
      var seen: UInt32 = 0
      bonuses.phrases =
        weights.phrase * (phrases(in: name, &seen) + phrases(in: purpose, &seen))
      bonuses.leadingWord = weights.leadingWord * leading(in: name)
    }
    if isExact(entry) { bonuses.exactName = weights.exactName }
    if entry.takesMany, query.hasSeveralValues { bonuses.severalValues = weights.severalValues }
    if let other = entry.role, other != role { bonuses.role = -weights.otherRole }
    return bonuses
  }

  private func queryCoverage(_ mask: UInt32) -> Float {
    guard whole > 0 else { return 0 }
    var met: Float = 0
    for (number, probe) in probes.enumerated() where mask & 1 << UInt32(number & 31) != 0 {
      met += probe.weight * probe.rarity
    }
    return met / whole
  }

  /// How much of these words the query has, by rarity.
  private func coverage(of terms: UnsafeBufferPointer<Int32>) -> (fraction: Float, rarity: Float) {
    var whole: Float = 0
    var met: Float = 0
    for (place, term) in terms.enumerated() where !terms[..<place].contains(term) {
      let rarity = index.rarity(Int(term))
      whole += rarity
      if let found = table[term] { met += rarity * found.factor }
    }
    return whole > 0 ? (met / whole, whole) : (0, 0)
  }

  /// The rarity of neighbours in the query that are neighbours here, each pair once.
  private func phrases(in terms: UnsafeBufferPointer<Int32>, _ seen: inout UInt32) -> Float {
    var sum: Float = 0
    var before: Int32?
    for term in terms {
      let found = table[term]?.probe
      if let before, let found, probes[Int(before)].next == Int(found),
        seen & 1 << UInt32(before & 31) == 0
      {
        seen |= 1 << UInt32(before & 31)
        sum += min(probes[Int(before)].rarity, probes[Int(found)].rarity)
      }
      before = found
    }
    return sum
  }

  /// Whether the query is the tool's name, perhaps after its server's.
  private func isExact(_ entry: ToolIndex.Entry) -> Bool {
    let words = query.sequence
    let name = entry.nameCount
    guard words.count == name || words.count == name + entry.serverCount else { return false }
    let own = WordSplitter.words(of: entry.tool.name)
    guard words.suffix(own.count).elementsEqual(own) else { return false }
    return words.count == own.count
      || words.elementsEqual(WordSplitter.words(of: entry.tool.server) + own)
  }

  private func leading(in name: UnsafeBufferPointer<Int32>) -> Float {
    var best: Float = 0
    for term in name {
      if let found = table[term], probes[Int(found.probe)].isLeading {
        best = max(best, found.factor)
      }
    }
    return best
  }
}
