/// Why a batch was not taken.
public enum DeliveryFailure: Error, Sendable, Equatable {
  /// Another try may succeed, not before the receiver's wish.
  case temporary(String, retryAfter: Duration? = nil)
  /// The same batch will not be taken as things are; nothing is skipped.
  case permanent(String)

  var reason: String {
    switch self {
    case .temporary(let reason, _), .permanent(let reason): reason
    }
  }
}
