extension Control {
  static let second: [Control] = [
    Control(
      number: 11, title: "Isolation of execution",
      statement:
        "Local servers and the scripts of Skills run isolated.",
      mappings: [
        Mapping(framework: .mcpTop10, references: ["MCP05"]),
        Mapping(framework: .skillsTop10, references: ["AST06"]),
        Mapping(framework: .agenticTop10, references: ["ASI05"]),
        Mapping(framework: .iso27001, references: ["A.8.22", "A.8.31"]),
      ]),
    Control(
      number: 12, title: "Complete, tamper-evident log",
      statement:
        "The log is complete and tamper-evident, is verified daily, and its clock is "
        + "synchronised.",
      mappings: [
        Mapping(framework: .mcpTop10, references: ["MCP08"]),
        Mapping(framework: .iso27001, references: ["A.8.15", "A.8.17", "A.5.28", "A.5.33"]),
        Mapping(framework: .soc2, references: ["CC7.2"]),
        Mapping(framework: .aiAct, references: ["Article 12", "Article 26(6)"]),
      ]),
    Control(
      number: 13, title: "Monitoring",
      statement:
        "Denied and gated calls, anomalies, rates and spending raise alerts, and circuit "
        + "breakers open.",
      mappings: [
        Mapping(framework: .agenticTop10, references: ["ASI08", "ASI10"]),
        Mapping(framework: .iso27001, references: ["A.8.16"]),
        Mapping(framework: .soc2, references: ["CC7.1", "CC7.2", "CC7.3", "A1.1"]),
      ]),
    Control(
      number: 14, title: "Kill switch and revocation",
      statement:
        "An agent, Skill, server or credential can be revoked, and the time until it "
        + "takes effect is measured.",
      mappings: [
        Mapping(framework: .agenticTop10, references: ["ASI10"]),
        Mapping(framework: .iso27001, references: ["A.5.24", "A.5.25", "A.5.26"]),
        Mapping(framework: .soc2, references: ["CC7.4"]),
      ]),
    Control(
      number: 15, title: "Reconstruction of incidents",
      statement:
        "An incident can be reconstructed from the log alone, in minutes.",
      mappings: [
        Mapping(framework: .iso27001, references: ["A.5.27", "A.5.28"]),
        Mapping(framework: .soc2, references: ["CC7.5"]),
        Mapping(framework: .nistAI, references: ["Manage 4"]),
      ]),
    Control(
      number: 16, title: "Privacy",
      statement:
        "Data is minimised, kept no longer than it must be, and erased with proof.",
      mappings: [
        Mapping(framework: .iso27001, references: ["A.5.34", "A.8.10"]),
        Mapping(framework: .soc2, references: ["P4", "P5", "P6"]),
      ]),
    Control(
      number: 17, title: "Access reviews",
      statement:
        "Who could call what is reviewed each quarter, and attested.",
      mappings: [
        Mapping(framework: .iso27001, references: ["A.5.18"]),
        Mapping(framework: .soc2, references: ["CC6.2", "CC6.3"]),
      ]),
    Control(
      number: 18, title: "Availability, failing closed",
      statement:
        "What happens when a part fails is tested: the gate fails closed.",
      mappings: [
        Mapping(framework: .iso27001, references: ["A.8.14"]),
        Mapping(framework: .soc2, references: ["A1.2"]),
      ]),
    Control(
      number: 19, title: "No way around the gate",
      statement:
        "It is tested that servers cannot be reached directly, nor by other clients.",
      mappings: [
        Mapping(framework: .soc2, references: ["CC6.6"]),
        Mapping(framework: .iso27001, references: ["A.8.20"]),
      ]),
    Control(
      number: 20, title: "Integrity of the evidence",
      statement:
        "The report is signed, has checkpoint and inclusion proofs, and can be made again.",
      mappings: [
        Mapping(framework: .iso27001, references: ["A.5.33"]),
        Mapping(framework: .soc2, references: ["CC4.1"]),
      ]),
  ]
}
