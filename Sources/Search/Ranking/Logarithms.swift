import Glibc

/// The logarithms that rarities are made of.
enum Logarithms {
  /// ln(N + 1) for so many tools.
  static func whole(_ tools: Int) -> Float { logf(Float(tools + 1)) }

  /// ln(n + ½) for so many postings.
  @inline(__always)
  static func of(_ postings: Int) -> Float {
    postings < table.count ? table[postings] : logf(Float(postings) + 0.5)
  }

  private static let table = (0..<4096).map { logf(Float($0) + 0.5) }
}
