import Configuration
import MCP

/// Who waits for it.
extension CatalogEntry {
  /// Whether agents may come to see something of it before somebody decides anew.
  var mayBeSeen: Bool {
    guard configuration.isQuarantined else { return true }
    guard let approved = book.pins[.server]?.approved else { return false }
    return identity.map { $0.digest == approved.digest } ?? true
  }

  /// Whether no list waits for it: nothing of it is to come, or it was tried, or it had its time.
  var isSettled: Bool {
    guard upstream != nil, mayBeSeen, !wasDown, !isOverdue else { return true }
    return tried.count == CatalogList.allCases.count
      && (identity != nil || !configuration.isQuarantined)
  }

  /// It had its time to come up.
  /// - Returns: whether something waited for it.
  func endSettling() -> Bool {
    defer { isOverdue = true }
    return !isSettled
  }
}
