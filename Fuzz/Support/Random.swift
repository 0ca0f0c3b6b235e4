/// Random choices from a seed: the same on every machine.
public struct Random: Sendable {
  /// SplitMix64.
  public struct Source: RandomNumberGenerator, Sendable {
    var state: UInt64

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  /// For what the standard library draws.
  public var source: Source

  /// A seed always gives the same choices.
  public init(seed: UInt64) { source = Source(state: seed) }

  /// A number from 0 up to but not including `bound`.
  public subscript(bound: Int) -> Int {
    mutating get { Int.random(in: 0..<max(1, bound), using: &source) }
  }

  /// True in so many of a hundred cases.
  public mutating func chance(_ percent: Int) -> Bool { self[100] < percent }

  /// One of `elements`, which must not be empty.
  public mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[self[elements.count]]
  }
}
