/// Which probe a term stands for, and what it is worth of it: looked up for every word of every
/// candidate.
struct TermTable {
  private var keys: [Int32]
  private var values: [(probe: Int32, factor: Float)]
  private let mask: Int

  init(_ probes: [Probe]) {
    let count = probes.reduce(0) { $0 + $1.alternatives.count }
    var capacity = 64
    while capacity < 2 * count { capacity *= 2 }
    mask = capacity - 1
    keys = Array(repeating: -1, count: capacity)
    values = Array(repeating: (0, 0), count: capacity)
    for (index, probe) in probes.enumerated() {
      for alternative in probe.alternatives {
        let factor = alternative.factor * min(probe.weight, 1)
        insert(Int32(alternative.term), (Int32(index), factor))
      }
    }
  }

  @inline(__always)
  subscript(term: Int32) -> (probe: Int32, factor: Float)? {
    var place = Int(term) & mask
    while keys[place] != -1 {
      if keys[place] == term { return values[place] }
      place = (place + 1) & mask
    }
    return nil
  }

  private mutating func insert(_ term: Int32, _ value: (probe: Int32, factor: Float)) {
    var place = Int(term) & mask
    while keys[place] != -1, keys[place] != term { place = (place + 1) & mask }
    if keys[place] == term, values[place].factor >= value.factor { return }
    keys[place] = term
    values[place] = value
  }
}
