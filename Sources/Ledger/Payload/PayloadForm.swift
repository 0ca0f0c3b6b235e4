/// How a payload lies beside its record.
enum PayloadForm: UInt8 {
  case none = 0
  case salt = 1
  case redacted = 2
  case full = 3

  static let saltBytes = 16

  var word: StaticString {
    switch self {
    case .none: "none"
    case .salt: "salt"
    case .redacted: "redacted"
    case .full: "full"
    }
  }

  /// Why a payload is not kept in full.
  enum Omission {
    case configuration, size

    var word: StaticString {
      switch self {
      case .configuration: "configuration"
      case .size: "size"
      }
    }
  }
}
