import Identity

extension SignInRefusal {
  /// For the person.
  var text: String {
    switch self {
    case .wrong: "That is not right. Check what you typed and try again."
    case .wait(let seconds): "Too many attempts. Try again in \(Self.words(seconds))."
    case .busy: "Too many people sign in at this moment. Try again."
    case .over: "That took too long. Begin again."
    case .passkey(.challenge): "The passkey took too long. Try again."
    case .passkey(.unknown): "This passkey belongs to no account here."
    case .passkey: "The passkey was not accepted."
    case .password(let objection): objection
    case .storage: "Nobody can sign in at this moment: this gateway cannot write."
    }
  }

  var status: Int {
    switch self {
    case .wait: 429
    case .busy, .storage: 503
    case .wrong, .passkey: 403
    case .over, .password: 400
    }
  }

  private static func words(_ seconds: Int64) -> String {
    switch seconds {
    case 1: "a second"
    case ..<120: "\(seconds) seconds"
    default: "\((seconds + 59) / 60) minutes"
    }
  }
}
