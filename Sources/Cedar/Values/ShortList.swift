/// Numbers of which there are mostly few: the first `inlineCount` of them need no allocation.
struct ShortList<let inlineCount: Int> {
  private var inline: [inlineCount of UInt32] = .init(repeating: 0)
  private var overflow: ContiguousArray<UInt32> = []
  private(set) var count = 0

  mutating func append(_ number: UInt32) {
    if count < inlineCount { inline[count] = number } else { overflow.append(number) }
    count += 1
  }

  subscript(position: Int) -> UInt32 {
    position < inlineCount ? inline[position] : overflow[position - inlineCount]
  }

  /// Calls `body` with each number once, in ascending order.
  func forEachAscending(_ body: (UInt32) -> Void) {
    if count > inlineCount {
      var all = overflow
      for position in 0..<inlineCount { all.append(inline[position]) }
      all.sort()
      var last: UInt32?
      for number in all where number != last {
        body(number)
        last = number
      }
      return
    }
    var sorted = inline
    for position in 0..<count {
      let number = sorted[position]
      var place = position
      while place > 0, sorted[place - 1] > number {
        sorted[place] = sorted[place - 1]
        place -= 1
      }
      sorted[place] = number
    }
    for position in 0..<count where position == 0 || sorted[position] != sorted[position - 1] {
      body(sorted[position])
    }
  }
}
