/// What is to be done with people who sign in.
enum PersonInvocation: Sendable, Equatable {
  case add(PersonDraft)
  case list
  case show(name: String)
  /// Takes every way in and gives an invitation.
  case reset(name: String)
  case roles(name: String, RolesChange)
  case remove(name: String)
  /// Signs in at the command line.
  case login(name: String?, fromInput: Bool)
  /// Signs in at the command line by way of a browser.
  case loginInBrowser
  case logout
}

/// An account that is asked for.
struct PersonDraft: Sendable, Equatable {
  var name: String
  var roles: [String] = []
  var tenant: String?
  var way = Way.prompt

  /// How its person gets in first.
  enum Way: Sendable, Equatable {
    /// With a password that is typed here.
    case prompt
    /// With a password of standard input.
    case input
    /// With an invitation.
    case invitation
  }
}

/// What becomes of somebody's roles and tenant.
struct RolesChange: Sendable, Equatable {
  var added: [String] = []
  var removed: [String] = []
  /// An empty one takes it away.
  var tenant: String?
}
