import TestSupport

extension SeededGenerator {
  mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }

  /// True once in `count` times.
  mutating func once(in count: Int) -> Bool { number(0..<count) == 0 }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[number(0..<elements.count)]
  }
}
