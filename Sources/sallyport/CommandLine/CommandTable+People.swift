extension CommandTable {
  static let person = Command(
    name: "person", summary: "The people who sign in at this gateway",
    subcommands: [
      personAdd, personList, personShow, personRoles, personReset, personRemove,
    ])

  private static let personName = Command.Argument(
    name: "NAME", help: "The person, as policies name them: Sallyport::Human::\"NAME\"")

  private static let passwordInput = Command.Option(
    long: "password-stdin", help: "Read the password from standard input, its first line")

  private static let personAdd = Command(
    name: "add", summary: "Make an account for a person",
    discussion: [
      "With `--invite` the person gets a link, which counts once and for three days, and chooses a"
        + " passkey, or a password with codes. Otherwise a password is asked for here, and the"
        + " codes are set up at the first sign-in.",
      "An account may do nothing by itself: policies say who may answer what.",
    ],
    arguments: [personName],
    options: [
      config, json,
      .init(long: "role", short: "r", valueName: "ROLE", help: "A role; may stand more than once"),
      .init(long: "tenant", valueName: "NAME", help: "The tenant"),
      .init(long: "invite", short: "i", help: "Print a link instead of asking for a password"),
      passwordInput,
    ],
    examples: [
      .init(
        line: "sallyport person add alice --role sre --invite",
        comment: "A link with which Alice chooses how to sign in")
    ],
    invocation: { arguments throws(UsageError) in
      var draft = PersonDraft(
        name: arguments.argument("NAME") ?? "", roles: arguments.options["role"] ?? [],
        tenant: arguments.value("tenant"))
      switch (arguments.flag("invite"), arguments.flag("password-stdin")) {
      case (true, true):
        throw UsageError(message: "give --invite or --password-stdin, not both")
      case (true, false): draft.way = .invitation
      case (false, true): draft.way = .input
      case (false, false): break
      }
      return .person(.add(draft), arguments.common)
    })

  private static let personList = Command(
    name: "list", summary: "List the people with their roles and ways to sign in",
    options: [config, json],
    invocation: { .person(.list, $0.common) })

  private static let personShow = Command(
    name: "show", summary: "Show all that is known of a person", arguments: [personName],
    options: [config, json],
    invocation: { .person(.show(name: $0.argument("NAME") ?? ""), $0.common) })

  private static let personRoles = Command(
    name: "roles", summary: "Give roles to a person, or take them", arguments: [personName],
    options: [
      config, json,
      .init(long: "add", valueName: "ROLE", help: "A role to give; may stand more than once"),
      .init(long: "remove", valueName: "ROLE", help: "A role to take; may stand more than once"),
      .init(long: "tenant", valueName: "NAME", help: "The tenant; an empty one takes it away"),
    ],
    examples: [
      .init(line: "sallyport person roles alice --add dba --remove sre", comment: "At once")
    ],
    invocation: {
      .person(
        .roles(
          name: $0.argument("NAME") ?? "",
          RolesChange(
            added: $0.options["add"] ?? [], removed: $0.options["remove"] ?? [],
            tenant: $0.value("tenant"))), $0.common)
    })

  private static let personReset = Command(
    name: "reset", summary: "Let a person in again who lost every way",
    discussion: [
      "Takes the password, the codes and the passkeys from the account, ends its sessions, and"
        + " prints a link to choose anew."
    ],
    arguments: [personName], options: [config, json],
    invocation: { .person(.reset(name: $0.argument("NAME") ?? ""), $0.common) })

  private static let personRemove = Command(
    name: "remove", summary: "Remove the account of a person, and end their sessions",
    arguments: [personName], options: [config, json],
    invocation: { .person(.remove(name: $0.argument("NAME") ?? ""), $0.common) })

  static let login = Command(
    name: "login", summary: "Sign in at the command line, as a person",
    discussion: [
      "Asks for the password and the code of the authenticator app; with `--browser` it shows a"
        + " page of the console instead, where you sign in as you are used to, with a passkey or"
        + " by your identity provider, and waits. The session is kept in a file that only you can"
        + " read, and ends as those of the console do."
    ],
    arguments: [
      .init(name: "NAME", help: "The person; asked for when it is missing", isOptional: true)
    ],
    options: [
      config, json,
      .init(
        long: "password-stdin",
        help: "Read the password and the code from standard input, one a line"),
      .init(long: "browser", short: "b", help: "Sign in in a browser, and wait for it"),
    ],
    examples: [
      .init(
        line: "sallyport login --browser", comment: "With a passkey, or by an identity provider")
    ],
    invocation: { arguments throws(UsageError) in
      let name = arguments.argument("NAME")
      let fromInput = arguments.flag("password-stdin")
      guard arguments.flag("browser") else {
        return .person(.login(name: name, fromInput: fromInput), arguments.common)
      }
      guard name == nil, !fromInput else {
        throw UsageError(message: "with --browser the browser says who you are: give nothing else")
      }
      return .person(.loginInBrowser, arguments.common)
    })

  static let logout = Command(
    name: "logout", summary: "End the session of `sallyport login`",
    options: [config, json],
    invocation: { .person(.logout, $0.common) })
}
