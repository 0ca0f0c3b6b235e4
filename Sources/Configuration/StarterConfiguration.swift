/// The files that `sallyport init` writes. They work as they are and say in comments what else
/// there is.
public enum StarterConfiguration {
  /// Where the configuration belongs, relative to the directory that `init` fills.
  public static let configurationPath = "sallyport.yaml"
  /// Where the policy belongs.
  public static let policyPath = "policies/starter.cedar"
  /// Where the token of the starter's agent belongs; the configuration names this file.
  public static let tokenPath = "tokens/claude.token"
  /// The agent that the configuration knows.
  public static let agentName = "claude"

  /// `sallyport.yaml`.
  public static let configuration = """
    # Sallyport: one gate between AI agents and MCP servers.
    #
    #   sallyport check      is this file right?
    #   sallyport serve      run the gateway
    #
    # Paths are relative to this file. A change takes effect without dropping a call.

    # Where agents connect. Anything but a loopback address should come with `tls`.
    listen: 127.0.0.1:8808
    # tls: {certificate: tls/cert.pem, key: tls/key.pem}
    # public_names: [gateway.example.com]

    # The ledger and the admin socket.
    data: ./data

    # Who may do what: *.cedar files. What no policy permits is denied.
    policies: ./policies

    # Agents see nothing of a server that nobody has approved (`sallyport upstream show`).
    # quarantine: false

    # A label that policies see as `context.environment`.
    # environment: production

    # Who may connect. An agent shows its token as `Authorization: Bearer …`.
    agents:
      claude:
        token: {file: tokens/claude.token}   # or {env: CLAUDE_TOKEN}
        # human: alice                       # on whose behalf it acts
        # roles: [developer]
        # tenant: acme

    # The servers behind the gate. Paste the `mcpServers` block of Claude, Cursor or VS Code here:
    # JSON is valid YAML. `${NAME}` is replaced from the environment.
    mcpServers:
      # time:
      #   command: uvx
      #   args: [mcp-server-time]
      #   effect: read                       # its tools change nothing; unset means destructive
      # github:
      #   type: http
      #   url: https://api.githubcopilot.com/mcp/
      #   headers: {Authorization: "Bearer ${GITHUB_TOKEN}"}
      #   tools:
      #     get_issue: {effect: read}
      #     create_issue: {effect: write, timeout: 30s}

    # limits: {tool_timeout: 60s, body: 10MB, result: 50MB}
    # audit: {arguments: none}               # keep no arguments in the ledger
    # log: {level: info, format: auto}

    """

  /// `policies/starter.cedar`.
  public static let policy = """
    // Who may do what, in the Cedar language (https://docs.cedarpolicy.com).
    //
    // A call goes through when at least one `permit` holds and no `forbid` does. What nothing
    // permits is denied, so an empty directory denies everything. A `forbid` whose condition cannot
    // be evaluated denies too. Every decision is in the ledger with the `@id`s that determined it:
    //
    //   sallyport audit list --decision deny

    // Every agent may see what there is, and use what changes nothing.
    @id("read-only")
    permit (
      principal,
      action in
        [
          Sallyport::Action::"list",
          Sallyport::Action::"read",
          Sallyport::Action::"readResource",
          Sallyport::Action::"subscribe",
          Sallyport::Action::"getPrompt",
          Sallyport::Action::"complete"
        ],
      resource
    );

    // The person at the command line may approve what servers offer: agents see nothing else.
    // Whoever can use the admin socket is the agent `operator`.
    @id("operator-approves")
    permit (
      principal == Sallyport::Agent::"operator",
      action == Sallyport::Action::"approve",
      resource
    );

    // … and may take back what `sallyport kill` stopped.
    @id("operator-lifts")
    permit (
      principal == Sallyport::Agent::"operator",
      action == Sallyport::Action::"lift",
      resource
    );

    // Calls that a policy asks for an approval of: whoever signed in may answer, but never for an
    // agent that acts for themselves.
    @id("people-answer")
    permit (
      principal is Sallyport::Human,
      action == Sallyport::Action::"approveCall",
      resource
    );

    // A tool is `read`, `write`, `destructive`, `egress` or `admin` as `effect` in sallyport.yaml
    // says, and destructive when it says nothing. To let developers change things on one server:
    //
    // @id("developers-write-github")
    // permit (
    //   principal in Sallyport::Role::"developer",
    //   action in Sallyport::Action::"write",
    //   resource in Sallyport::Server::"github"
    // );
    //
    // To let one agent call one tool:
    //
    // @id("claude-merges")
    // permit (
    //   principal == Sallyport::Agent::"claude",
    //   action == Sallyport::Action::"github__merge_pull_request",
    //   resource
    // );

    // To let agents of developers change things, each call with the approval of another person:
    //
    // @id("changes-need-approval")
    // @remedy("approval")
    // @within("15m")
    // forbid (
    //   principal,
    //   action in Sallyport::Action::"write",
    //   resource
    // )
    // unless { context has approval && context.approval.count >= 1 };

    // Whatever else is permitted, now or later: nothing destructive in production.
    @id("nothing-destructive-in-production")
    forbid (
      principal,
      action in Sallyport::Action::"destructive",
      resource
    )
    when { context has environment && context.environment == "production" };

    """
}
