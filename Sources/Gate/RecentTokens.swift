import Crypto

/// The tokens that were accepted last, each with its caller: an agent sends the same with every
/// call, and hashing it costs more than the rest of recognising its caller.
///
/// Emptied whenever the agents change, so that a token that was withdrawn is not accepted here.
/// Compared in a time that tells nothing of where tokens differ.
struct RecentTokens {
  /// Tokens kept. Each costs a comparison when another one is looked for.
  static let capacity = 4

  private var entries: [(token: String, caller: Caller)] = []
  private var oldest = 0

  /// The caller that a token was accepted for.
  subscript(token: String) -> Caller? {
    for entry in entries
    where ConstantTime.areEqual(entry.token.utf8Span.span, token.utf8Span.span) {
      return entry.caller
    }
    return nil
  }

  mutating func insert(_ token: String, _ caller: Caller) {
    if entries.count < Self.capacity {
      entries.append((token, caller))
    } else {
      entries[oldest] = (token, caller)
      oldest = (oldest + 1) % Self.capacity
    }
  }

  mutating func removeAll() { self = RecentTokens() }
}
