extension [UInt8] {
  /// Makes room for `more` bytes, before they are appended, of what comes piece by piece and has at
  /// most `bound` bytes.
  ///
  /// What has grown large gets room for 64 MiB at once, or for `bound` if that is less: each
  /// move to a larger place holds it twice for a moment, and room that is not written to takes
  /// address space but no memory.
  public mutating func makeRoom(for more: Int, upTo bound: Int) {
    let needed = count + more
    guard needed > capacity, needed > 1 << 20 else { return }
    reserveCapacity(Swift.max(needed, Swift.min(bound, Swift.max(64 << 20, 2 * needed))))
  }
}
