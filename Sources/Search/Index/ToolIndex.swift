/// An inverted index over tools, in memory: a value, so that who holds one keeps it as it is while
/// the next is made. What it answers depends on the tools that it holds and on nothing else, not on
/// the order in which they came.
public struct ToolIndex: Sendable {
  /// What a term is worth in a tool.
  struct Posting: Sendable {
    let tool: Int32
    /// BM25F's term frequency over all fields, saturated: below 1.
    let weight: Float
  }

  /// What counts how much. Part of it is in the postings, so it cannot be changed later.
  public let weights: RankingWeights
  let fieldWeights: [Float]
  let fieldNorms: [Float]
  private(set) var vocabulary = Vocabulary()
  /// By term.
  private(set) var postings = ChunkedArray<[Posting]>()
  /// By term, how many postings there are: looked at for every word of every candidate.
  private(set) var counts: [Int32] = []
  /// ln(N + 1).
  private(set) var wholeLogarithm: Float = 0
  /// By slot; a free slot is nil.
  private(set) var entries = ChunkedArray<Entry?>()
  /// By slot; that of a free slot is empty.
  private(set) var ids = ChunkedArray<String>()
  /// By slot: what orders equals where looking at ids would take long.
  private(set) var keys: [UInt64] = []
  private var slots = ShardedDictionary<Int>()
  private var free: [Int] = []
  /// By term, zero between two tools.
  private var scratch: [Float] = []

  /// An empty index.
  public init(weights: RankingWeights = .standard) {
    self.weights = weights
    fieldWeights = Field.allCases.map { weights.fields[$0] ?? 0 }
    fieldNorms = Field.allCases.map { weights.norms[$0] ?? 0 }
  }

  /// An index of these tools. Of two with one id the later counts.
  public init(_ tools: some Sequence<SearchableTool>, weights: RankingWeights = .standard) {
    self.init(weights: weights)
    for tool in tools { update(tool) }
  }

  /// How many tools there are.
  public var count: Int { slots.count }

  /// The tool with this id.
  public subscript(id: String) -> SearchableTool? {
    slots[id].flatMap { entries[$0]?.tool }
  }

  /// Every tool, in no order that means anything.
  public var tools: some Sequence<SearchableTool> {
    entries.indices.lazy.compactMap { entries[$0]?.tool }
  }

  /// Adds a tool, or puts it in the place of the one with its id. The cost depends on its words
  /// and how many tools have them, not on rebuilding anything.
  public mutating func update(_ tool: SearchableTool) {
    remove(id: tool.id)
    let slot = free.popLast() ?? entries.count
    if slot == entries.count {
      entries.append(nil)
      ids.append("")
      keys.append(0)
    }
    ids[slot] = tool.id
    keys[slot] = StringHash.fnv1a(tool.id)
    entries[slot] = insert(tool, at: Int32(slot))
    slots[tool.id] = slot
    wholeLogarithm = Logarithms.whole(slots.count)
  }

  /// Removes a tool; whether it was there.
  @discardableResult
  public mutating func remove(id: String) -> Bool {
    guard let slot = slots[id], let entry = entries[slot] else { return false }
    slots[id] = nil
    for form in entry.forms {
      vocabulary.count(Int(form), -1)
      let term = Int(vocabulary.forms[Int(form)].term)
      // Forms of one term share a posting; the first of them takes it out.
      guard let at = postings[term].firstIndex(where: { $0.tool == Int32(slot) }) else { continue }
      postings[term].swapAt(at, postings[term].count - 1)
      postings[term].removeLast()
      counts[term] -= 1
    }
    entries[slot] = nil
    ids[slot] = ""
    free.append(slot)
    wholeLogarithm = Logarithms.whole(slots.count)
    return true
  }

  func slot(of id: String) -> Int? { slots[id] }

  private mutating func insert(_ tool: SearchableTool, at slot: Int32) -> Entry {
    var forms: [Int32] = []
    var terms: [Int32] = []
    var name: [Int32] = []
    var purpose: [Int32] = []
    var server: [Int32] = []
    var role: ActionRole?
    var takesMany = false
    var about = TextVector.Sum()
    for field in Field.allCases {
      let words = tool.words(of: field)
      guard !words.isEmpty else { continue }
      if field == .name { role = ActionRole(ofName: words) }
      if field == .name || field == .purpose {
        takesMany = takesMany || words.contains(where: BatchWords.contains)
      }
      let norm = fieldNorms[field.rawValue]
      // Beyond four times the usual length more words are no further dilution.
      let length = min(Float(words.count) / field.usualLength, 4)
      let weight = fieldWeights[field.rawValue] / (1 - norm + norm * length)
      for word in words {
        let form = vocabulary.form(word)
        let term = vocabulary.forms[form].term
        if scratch.count < vocabulary.termCount {
          scratch += repeatElement(0, count: vocabulary.termCount - scratch.count)
          while postings.count < vocabulary.termCount { postings.append([]) }
          counts += repeatElement(0, count: vocabulary.termCount - counts.count)
        }
        if scratch[Int(term)] == 0 { terms.append(term) }
        // Never zero, so that a term is met once.
        scratch[Int(term)] += max(weight, .leastNormalMagnitude)
        forms.append(Int32(form))
        switch field {
        case .name: name.append(term)
        case .purpose: purpose.append(term)
        case .server: server.append(term)
        default: break
        }
        if field.saysWhatItIsAbout {
          let weight = field == .server ? weights.serverMeaning : 1
          about.add(vocabulary.vectorRows[Int(term)], times: weight)
        }
      }
    }
    for term in terms {
      let frequency = scratch[Int(term)]
      scratch[Int(term)] = 0
      postings[Int(term)].append(
        Posting(tool: slot, weight: frequency / (weights.saturation + frequency)))
      counts[Int(term)] += 1
    }
    forms.sort()
    var distinct: [Int32] = []
    distinct.reserveCapacity(forms.count)
    for form in forms where form != distinct.last {
      distinct.append(form)
      vocabulary.count(Int(form), 1)
    }
    return Entry(
      tool: tool, forms: distinct, name: name, purpose: purpose, server: server, role: role,
      takesMany: takesMany, vector: about.vector)
  }
}
