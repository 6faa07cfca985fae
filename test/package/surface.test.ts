import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { entryPoints, readPublicSurface } from "./public-surface.ts";

const surface = readPublicSurface();

/** Values, then types in brackets, each in order. */
function namesOf(subpath: string): string[] {
  return surface.names.get(subpath)!.map(({ name, isType }) => (isType ? `[${name}]` : name));
}

describe("the public names of", () => {
  test("rote", () => {
    expect(namesOf(".").join(" ")).toMatchInlineSnapshot(
      `"[Corpus] [CorpusIdentity] [CorpusOptions] [CountEngine] [Document] [EmbeddingModel] [ErrorCode] [Example] [LanguageModel] [LongWork] [MeasureColumns] [MeasureFilesOptions] [MeasureOptions] [MeasuredRows] [MemorizationEstimate] [MineTaskOptions] [MinedTask] [ModelIdentity] [OnProgress] [OpenModelOptions] [ParquetColumn] [ParquetType] [Progress] ProgressMeter [Provenance] [ReadParquetOptions] [Rng] RoteError [RunStudyOptions] [ScanOptions] [StaticEmbedder] [Study] [Task] [TaskOptions] [TextPolicy] [Tokenizer] [TrainModelOptions] [TrainingConfig] [TrainingSummary] [WriteParquetOptions] createRng fitStaticEmbedder loadStudy measure measureFiles mineTask openCorpus openLanguageModel openScan openStaticEmbedder openTask openTokenizer parseTrainingConfig provenance readParquet runStudy textPolicy trainModel version writeParquet writeReport"`,
    );
  });

  test("rote/corpus", () => {
    expect(namesOf("./corpus").join(" ")).toMatchInlineSnapshot(
      `"[Corpus] [CorpusFile] [CorpusIdentity] [CorpusOptions] [CorpusReport] [Document] [DocumentOrigin] [FileKind] [SkippedLine] [Where] openCorpus"`,
    );
  });

  test("rote/counting", () => {
    expect(namesOf("./counting").join(" ")).toMatchInlineSnapshot(
      `"[AnswerOptions] [ApiAnswer] [ApiIndex] [ApiIndexes] [ApiLimits] [AttributedSpan] [AttributionOptions] [BuildIndexOptions] [BuiltIndex] [Checkpoint] [Cnf] [CnfMatches] [CnfOptions] [ContextOptions] [CorpusTokensOptions] CountBatches [CountEngine] [CountPlan] [CountPlanOptions] [CountQuestion] [CountRows] [CountTerms] [CountedTogether] [DocumentHit] [DocumentWindow] [FileState] [FindOptions] [FindTextOptions] [Finding] [FoundDocument] [FoundDocuments] [FoundTexts] [IndexDescription] [IndexDocument] [IndexEngineOptions] [IndexSource] [IndexSummary] [IndexText] [IndexTextOptions] [IndexTokenizer] [IndexTraits] [IndexedCorpus] [KeywordInContext] [LongestSuffix] [MemoryEstimate] [NextTokens] [NextTokensOptions] [NgramBatch] [NgramCount] [NgramCountOptions] [NgramCounts] NgramIndex [NgramPairCount] [Occurrences] [OpenIndexOptions] [PairCounts] [PairOptions] [PairRow] [PartProgress] [PartTally] [PartialCounts] [PhraseCounts] [PhraseRow] [PlanIdentity] [Probability] [Query] [QueryFile] [QuestionParts] [ResumableOptions] [ScanOptions] [ScanProgress] [ScannedCorpus] [SearchDocumentsOptions] [SearchTextOptions] [Segment] [Shard] [ShardDescription] [ShardProgress] [SourceDescription] [TextCount] TextOccurrences [TextSequence] [TokenBatch] [TokenFilesOptions] [TokenReading] [TokenSource] TokenSpellings [TokenType] [TokenWidth] [Tokens] [Verification] [VerifyOptions] answerRequest attributeSpans batchNgrams buildIndex countNgram countNgramPair countNgrams countResumably countText countTextPair findCnf findPartial findText gatherQuestion keywordInContext longestMatches mergePartials noLimits openApiIndexes openCorpusTokens openIndex openIndexEngine openIndexText openScan openTokenFiles originalLimits pairRows phraseRows planCount readDocument readDocumentAt readDocumentAtRank readPartial requireWhole searchDocuments searchText summarizeIndex verifyIndex writeCounts writePartial"`,
    );
  });

  test("rote/graph", () => {
    expect(namesOf("./graph").join(" ")).toMatchInlineSnapshot(
      `"[AdamWOptions] [AdamWSchedule] [AdamWState] [Attribute] [Attributes] [DataType] [Device] [Dimension] GraphBuilder [GraphSession] [LabelScores] [OnnxModel] [OnnxValue] [ProductOptions] [ReduceOptions] [SessionOptions] [TapeEntry] [Tensor] [TensorData] [Value] [ValueType] adamW add argmax attention cast causalMask clipByNorm concat devices divide erf exp expand float32 float64 gather gatherElements gelu gemm gradients int32 labelLogProbs layerNormalization linear log logSumExp logSumExpWithSoftmax matMul multiply negate openSession reduceMax reduceMean reduceSum reshape rotaryEmbedding scale scatterAddElements scatterAddRows shift softmax split sqrt strictUpperTriangle subtract sumAll sumOfSquares transpose zeros"`,
    );
  });

  test("rote/lab", () => {
    expect(namesOf("./lab").join(" ")).toMatchInlineSnapshot(
      `"[ArmContrast] [Bar] [CalibrateWorldOptions] [CalibrationCard] [CalibrationFile] [CounterfactualMean] [CounterfactualRow] [DosePoint] [DoseResponse] [EstimateOptions] [GroupFinding] [GroupedEstimate] [InjectionCurve] [InjectionPoint] [ManifestItem] [Measure] [MeasureInput] [RecallCourse] [RecallMetric] [RetentionPoint] [ShapeCheck] [ShapeName] [ShapeWorld] [SizeCurve] [SizePoint] [TruthColumn] TruthTable [WorldTruth] armContrasts barOf builtInMeasures calibrateWorld checkShapes counterfactualMeans counterfactualMemorization doseResponses finalModels finalSizes injectionCurves itemMeasure plantedProbabilities readCalibration readWorldTruth recallCourses recallMetrics retention shapeClaims sizeCurves subsetModels verdictOf"`,
    );
  });

  test("rote/memorization", () => {
    expect(namesOf("./memorization").join(" ")).toMatchInlineSnapshot(
      `"[AnswerTokens] [ControlName] [CountRow] [DropRow] [ExampleOutcome] [ExamplePair] [InfinityGramRule] [InfinityGramSpan] [JoinedRows] [MatchedSpan] [MeasureColumns] [MeasureName] [MeasureOptions] [MeasuredRows] [MemorizationEstimate] [MemorizationNull] [MemorizationOptions] [MergedPairQuery] [MethodName] [NoveltyCounts] [OutputPairCounts] [PairQuery] [Performance] [PerformanceOptions] [PointGroup] [RecountedShuffles] [Replicates] [ScoreRow] [ShufflePlan] [ShufflePlanOptions] [Smoothing] [SpanInfinityGram] [SpanScore] [SpanTokens] [TestFamily] [UnmatchedSpan] adjustEstimates countNovelty distributionalMemorization exampleFrequencies findSpanTokens infinityGramSpan joinRows logProbability measure measureRows mergePairQueries parseCountRow parseScoreRow performanceByFrequency planShuffles repetition scoreSpan smoothed smoothingOf testFamily"`,
    );
  });

  test("rote/models", () => {
    expect(namesOf("./models").join(" ")).toMatchInlineSnapshot(
      `"[CachedEmbedder] [ChatMessage] [ConnectionOptions] [EmbeddingModel] [FitOptions] [GenerateOptions] [Generation] [GradientExample] [GradientOptions] [GradientProducts] [HeldOutLoss] [IdsRequest] [LanguageModel] [ModelCapability] [ModelIdentity] [ModelList] [ModelProblem] [ModelShape] [ModelSummary] [OpenEmbedderOptions] [OpenEncoderOptions] [OpenModelOptions] [OpenedEmbedder] [Packing] [Pooling] [Prefixes] [Prompt] [Schedule] [ScoreOptions] [ScoreRequest] [ScoredContinuation] [ScoredIds] [ScoringWork] [SentenceEncoder] [StaticEmbedder] [StoredType] [TokenVectors] [TrainModelOptions] [TrainableModel] [TrainingConfig] [TrainingForecast] [TrainingState] [TrainingStep] [TrainingSummary] [VectorCacheOptions] cacheVectors fitStaticEmbedder forecastTraining gradientProducts listModels lossGradient openEmbedder openEncoder openLanguageModel openStaticEmbedder openTrainableModel parameterTensors parseTrainingConfig trainModel writeStaticEmbedder"`,
    );
  });

  test("rote/report", () => {
    expect(namesOf("./report").join(" ")).toMatchInlineSnapshot(
      `"[DropRecord] [EstimateRecord] [FigureBand] [FigureLine] [FigureText] [LinePanel] [LinesOptions] [RunRecord] [StageSummary] injectionPanel panelsFigure readRunRecord writeReport"`,
    );
  });

  test("rote/stats", () => {
    expect(namesOf("./stats").join(" ")).toMatchInlineSnapshot(
      `"[Bin] [BinOptions] [BinnedOutcome] [BootstrapOptions] [Control] [Correlation] [EqualSizeValue] [Interval] [MatchingOptions] [MaybeP] [NullBand] [PartialCorrelation] [PermutationOptions] [PermutedColumns] [RankBootstrapOptions] [RankEstimate] [RankEstimateOptions] [RankSample] [RankStatistic] [RankedColumns] [Slope] [SparseMatrix] [Trend] [TrendPoint] [TruncatedSvd] [TruncatedSvdOptions] [WeightedStatistic] aucScoreInterval benjaminiHochberg binnedOutcome bootstrapPValue bootstrapRankStatistics censoredTauB clusterExchanges clusteredBootstrap clusteredSlope defaultResamples equalSizeValues estimateRankStatistics fisherZPValue fixedShare holm kendallDistance kendallDistanceInterval kendallDistanceNull kendallTauB levenshtein matchedConcordance mean midRanks normalCdf normalQuantile normalUpperTail nullBand partialSpearman pearson percentileInterval permuteRankStatistics quantile rankSample rocAuc spearman standardDeviation studentCritical studentTwoSided trend trendSlopes truncatedSvd wholeExchanges wilsonInterval"`,
    );
  });

  test("rote/overlap", () => {
    expect(namesOf("./overlap").join(" ")).toMatchInlineSnapshot(
      `"[ContaminatedShare] [ExampleRows] [OverlapOptions] [OverlapPart] [OverlapPreset] [OverlapRow] [OverlapShare] applyPreset findOverlap matchedRows overlapLengths overlapPreset overlapPresets presetLength summarizeOverlap"`,
    );
  });

  test("rote/study", () => {
    expect(namesOf("./study").join(" ")).toMatchInlineSnapshot(
      `"[CorpusEntry] [GenerateEntry] [IndexIdentity] [InfinityGramEntry] [MeasureEntry] [MeasureFilesOptions] [MeasureRunOptions] [MetricEstimate] [MineEntry] [ModelRecord] [NoveltyEntry] [NoveltyEstimate] [NoveltyRecord] [PolicyEntry] [ReportEntry] [RunFile] [RunStudyOptions] [Specification] [SpecificationCurve] [StageRecord] [Study] [StudyCorpus] [StudyFile] [StudyOverlap] [StudyPlan] [SweepEntry] [SweepPlan] [SweepRecord] [SweepRun] [TaskEntry] [ThresholdEntry] [Variant] [VariantRun] [VariantsPlan] [Verdict] demoFolder loadStudy measureFiles measureRun parseStudy planRun planSweep planVariants readRunFile runStudy runSweep runVariants studyJsonSchema variantOf"`,
    );
  });

  test("rote/task-grams", () => {
    expect(namesOf("./task-grams").join(" ")).toMatchInlineSnapshot(
      `"[CurvePoint] [EvaluationPair] [ExampleSource] [MineTaskOptions] [MinedSource] [MinedTable] [MinedTask] [MiningChoices] [MiningDrop] [MiningOptions] [MiningSplit] [OtherTask] [Outputs] [PairFilter] [PassPoint] [PassRate] [SampledSimilarities] [ShortTexts] [Span] [TaskGramRow] TaskGramTable [TaskLanguages] [Threshold] [ThresholdChoice] mineTask mineTaskGrams miningDefaults writeTaskGrams"`,
    );
  });

  test("rote/tasks", () => {
    expect(namesOf("./tasks").join(" ")).toMatchInlineSnapshot(
      `"[AnswerRule] [BertScoreOptions] [BleuOptions] [BleuScore] [BleuSmoothing] [BleuTokenizer] [ChrfOptions] [ChrfScore] [Example] [ExampleSums] [FileTask] [LengthNormalization] [Metric] [MmluSubjects] [PrecisionRecall] [PromptTemplate] [PromptedTask] [ShotOptions] [Shots] [SkippedRow] [Split] [SubjectList] [Task] [TaskFiles] [TaskFormat] [TaskOptions] [TaskSource] [WeightedVectors] bertScores choiceLetter corpusBleu corpusChrf corpusMetrics defaultLetterPrompt drawShots exactMatch findNumericAnswer likeliestChoice loadExamples matchVectors meanSums metricNamed namedMetrics normalizeAnswer normalizeNumericAnswer normalizeSquadAnswer numericAnswer openTask promptOf promptPresets promptTemplate readTaskFiles renderLetterPrompt renderLetterShots renderPrompt renderShots rougeL rougeN sentenceBleu sentenceChrf squadExactMatch squadF1 subjectLists taskFormats tokenizeSegment triviaqaExactMatch wordF1"`,
    );
  });

  test("rote/text", () => {
    expect(namesOf("./text").join(" ")).toMatchInlineSnapshot(
      `"[Ngram] [NgramOptions] [SplitText] [TextPolicy] [Words] charactersPolicy exactWordsPolicy ngrams phraseKey stopWordLanguages stopWords textPolicy wordsPolicy"`,
    );
  });

  test("rote/tokenizers", () => {
    expect(namesOf("./tokenizers").join(" ")).toMatchInlineSnapshot(
      `"[Encoding] [Tokenizer] [TokenizerIdentity] [TokenizerJson] [TrainBpeOptions] openTokenizer trainByteLevelBpe"`,
    );
  });

  test("nothing else", () => {
    expect([...surface.names.keys()]).toEqual([
      ".",
      "./corpus",
      "./counting",
      "./graph",
      "./lab",
      "./memorization",
      "./models",
      "./overlap",
      "./report",
      "./stats",
      "./study",
      "./task-grams",
      "./tasks",
      "./text",
      "./tokenizers",
    ]);
  });
});

test("what the declarations name is there at run time", async () => {
  for (const [subpath, names] of surface.names) {
    const specifier = subpath.replace(".", "rote");
    const values = names.filter(({ isType }) => !isType).map(({ name }) => name);
    expect(Object.keys((await import(specifier)) as object).sort(), specifier).toEqual(values);
  }
});

test("every public name has a sentence of documentation", () => {
  const silent = [...surface.names].flatMap(([subpath, names]) =>
    names
      .filter(({ documentation }) => !isSentence(documentation))
      .map(({ name, file }) => `${subpath} ${name} (${relative("dist", file)})`),
  );
  expect(silent).toEqual([]);
});

/** A capital, a sign or a code word first, a few words, a full stop at the end of the first paragraph. */
function isSentence(documentation: string): boolean {
  const [paragraph = ""] = documentation.split("\n\n");
  return /^[\p{Lu}`"'(\d]/u.test(paragraph) && /\S+ \S+ .*[.:]$/s.test(paragraph);
}

test("the declarations need no package", () => {
  const needed = [...surface.declarations]
    .filter(([, packages]) => packages.length > 0)
    .map(([file, packages]) => `${relative("dist", file)} imports ${packages.join(", ")}`);
  expect(needed).toEqual([]);
});

test("a folder has an index.ts only where it is published, and nobody inside imports one", () => {
  const published = [...entryPoints().values()].map(({ default: path }) =>
    relative("dist", path).replace(/js$/, "ts"),
  );
  const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".ts"),
  );
  const isIndex = (path: string): boolean => /(^|\/)index\.ts$/.test(path);
  expect(sources.filter(isIndex).sort()).toEqual(published.sort());
  const importers = sources.filter((path) =>
    /(?:from|import)[ (]*"[^"]*\/index\.ts"/.test(readFileSync(join("src", path), "utf8")),
  );
  expect(importers).toEqual([]);
});
