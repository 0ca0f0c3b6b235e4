/// Why an order was not given, lifted or found.
public enum OrderError: Error, Sendable, CustomStringConvertible {
  /// A part of it has an impossible value.
  case invalid(String)
  /// There is no order of this kind and name.
  case unknown(String, String)
  /// There are as many of a kind as there may be.
  case tooMany(String, Int)
  /// The policy that it stands for is not right, with what is wrong at which place.
  case policy([String])
  /// The file.
  case storage(String)

  /// For a person.
  public var description: String {
    switch self {
    case .invalid(let name): "`\(name)` cannot be that"
    case .unknown(let kind, let id): "there is no \(kind) \(id.prefix(64)) in force"
    case .tooMany(let kind, let max): "there are \(max) \(kind), which is as many as may be"
    case .policy(let problems): problems.joined(separator: "\n")
    case .storage(let reason): reason
    }
  }
}
