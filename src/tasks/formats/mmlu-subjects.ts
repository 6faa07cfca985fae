/**
 * MMLU's subjects as Wang et al. 2025 (appendix D) divide them: answerable by retrieving static
 * knowledge, or needing computation or logic over it. `formal_logic`, the 57th, is in neither list.
 */
const subjects = {
  knowledge: [
    "prehistory",
    "business_ethics",
    "philosophy",
    "moral_disputes",
    "medical_genetics",
    "high_school_government_and_politics",
    "human_aging",
    "us_foreign_policy",
    "high_school_macroeconomics",
    "logical_fallacies",
    "international_law",
    "computer_security",
    "sociology",
    "professional_psychology",
    "marketing",
    "human_sexuality",
    "anatomy",
    "high_school_us_history",
    "public_relations",
    "high_school_microeconomics",
    "clinical_knowledge",
    "security_studies",
    "nutrition",
    "world_religions",
    "high_school_psychology",
    "high_school_geography",
    "management",
    "global_facts",
    "high_school_world_history",
    "high_school_european_history",
    "jurisprudence",
    "virology",
    "astronomy",
    "miscellaneous",
  ],
  reasoning: [
    "econometrics",
    "professional_law",
    "abstract_algebra",
    "college_medicine",
    "college_chemistry",
    "moral_scenarios",
    "college_mathematics",
    "high_school_chemistry",
    "professional_accounting",
    "college_computer_science",
    "college_biology",
    "high_school_computer_science",
    "high_school_mathematics",
    "college_physics",
    "professional_medicine",
    "elementary_mathematics",
    "machine_learning",
    "electrical_engineering",
    "high_school_physics",
    "conceptual_physics",
    "high_school_statistics",
    "high_school_biology",
  ],
} as const;

/** A list of the paper's. */
export type SubjectList = keyof typeof subjects;

/** 34 and 22 subjects, in the paper's order. */
export const subjectLists: Readonly<Record<SubjectList, readonly string[]>> = subjects;
