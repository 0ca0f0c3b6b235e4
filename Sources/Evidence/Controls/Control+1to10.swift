extension Control {
  static let first: [Control] = [
    Control(
      number: 1, title: "Inventory",
      statement:
        "Humans, agents, Skills, servers and tools are inventoried, with owner, risk tier"
        + " and digest.",
      mappings: [
        Mapping(framework: .iso27001, references: ["A.5.9"]),
        Mapping(framework: .mcpTop10, references: ["MCP09"]),
        Mapping(framework: .skillsTop10, references: ["AST09"]),
        Mapping(framework: .soc2, references: ["CC6.1"]),
        Mapping(framework: .aicm, references: []),
      ]),
    Control(
      number: 2, title: "Registered servers only",
      statement:
        "Only registered servers can be reached, and shadow servers are detected.",
      mappings: [
        Mapping(framework: .mcpTop10, references: ["MCP09"]),
        Mapping(framework: .iso27001, references: ["A.8.20", "A.8.23"]),
        Mapping(framework: .soc2, references: ["CC6.6"]),
      ]),
    Control(
      number: 3, title: "Effective identity",
      statement:
        "Each call has an effective identity of human, agent, client and environment; no "
        + "token is shared or passed through, and its audience is bound.",
      mappings: [
        Mapping(framework: .mcpTop10, references: ["MCP07"]),
        Mapping(framework: .agenticTop10, references: ["ASI03"]),
        Mapping(framework: .iso27001, references: ["A.5.16", "A.8.5"]),
        Mapping(framework: .soc2, references: ["CC6.1"]),
      ]),
    Control(
      number: 4, title: "Least privilege",
      statement:
        "Rules reach from the Skill over server and tool to the argument; what is not "
        + "allowed is denied; unused grants are removed.",
      mappings: [
        Mapping(framework: .mcpTop10, references: ["MCP02"]),
        Mapping(framework: .skillsTop10, references: ["AST03"]),
        Mapping(framework: .agenticTop10, references: ["ASI02"]),
        Mapping(framework: .iso27001, references: ["A.5.15", "A.5.18", "A.8.2", "A.8.3"]),
        Mapping(framework: .soc2, references: ["CC6.3"]),
      ]),
    Control(
      number: 5, title: "Change control of policies",
      statement:
        "Policies change with four eyes, tests and validation, in signed versions.",
      mappings: [
        Mapping(framework: .iso27001, references: ["A.8.9", "A.8.32"]),
        Mapping(framework: .soc2, references: ["CC8.1"]),
      ]),
    Control(
      number: 6, title: "Approvals and step-up",
      statement:
        "Listed actions need an approval or a step-up login that is bound to the "
        + "arguments, with duties separated.",
      mappings: [
        Mapping(framework: .agenticTop10, references: ["ASI09"]),
        Mapping(framework: .iso27001, references: ["A.5.3", "A.8.5"]),
        Mapping(framework: .soc2, references: ["CC6.1"]),
        Mapping(framework: .aiAct, references: ["Article 14"]),
      ]),
    Control(
      number: 7, title: "Information flow",
      statement:
        "Untrusted content does not reach sensitive arguments, and private data does not "
        + "reach external destinations.",
      mappings: [
        Mapping(framework: .mcpTop10, references: ["MCP06", "MCP10"]),
        Mapping(framework: .agenticTop10, references: ["ASI01", "ASI06"]),
        Mapping(framework: .iso27001, references: ["A.8.12"]),
      ]),
    Control(
      number: 8, title: "Egress and data loss",
      statement:
        "Egress is bound by an allowlist, data loss prevention, redaction and budgets of "
        + "bytes.",
      mappings: [
        Mapping(framework: .mcpTop10, references: ["MCP01", "MCP10"]),
        Mapping(framework: .iso27001, references: ["A.8.11", "A.8.12", "A.8.23"]),
        Mapping(framework: .soc2, references: ["CC6.7", "C1.1"]),
      ]),
    Control(
      number: 9, title: "Secrets",
      statement:
        "Secrets are vaulted, short-lived and rotated, and never in context or logs.",
      mappings: [
        Mapping(framework: .mcpTop10, references: ["MCP01"]),
        Mapping(framework: .iso27001, references: ["A.5.17", "A.8.24"]),
        Mapping(framework: .soc2, references: ["CC6.1"]),
      ]),
    Control(
      number: 10, title: "Integrity of tools and Skills",
      statement:
        "Tools and Skills have pinned digests and signatures, are scanned, and are "
        + "quarantined when they change.",
      mappings: [
        Mapping(framework: .mcpTop10, references: ["MCP03", "MCP04"]),
        Mapping(framework: .skillsTop10, references: ["AST01", "AST02", "AST07", "AST08"]),
        Mapping(framework: .agenticTop10, references: ["ASI04"]),
        Mapping(framework: .iso27001, references: ["A.5.19", "A.5.20", "A.5.21", "A.8.7"]),
        Mapping(framework: .soc2, references: ["CC6.8", "CC9.2"]),
      ]),
  ]
}
