#include "graph/call_graph.h"

struct call_graph *
call_graph_new(struct arena *arena, uint32_t function_count, const struct call_edge *edges,
               uint32_t edge_count)
{
    struct call_graph *graph = arena_alloc(arena, sizeof(*graph));

    graph->function_count = function_count;
    graph->edges.items = arena_copy(arena, edges, edge_count * sizeof(*edges));
    graph->edges.count = graph->edges.capacity = edge_count;
    graph->first_out = arena_alloc(arena, (function_count + 1) * sizeof(uint32_t));
    graph->first_in = arena_alloc(arena, (function_count + 1) * sizeof(uint32_t));
    graph->in = arena_alloc(arena, edge_count * sizeof(uint32_t));
    for (uint32_t i = 0; i < edge_count; i++) {
        graph->first_out[edges[i].caller.index + 1]++;
        graph->first_in[edges[i].callee.index + 1]++;
    }
    for (uint32_t i = 0; i < function_count; i++) {
        graph->first_out[i + 1] += graph->first_out[i];
        graph->first_in[i + 1] += graph->first_in[i];
    }
    uint32_t *next = arena_copy(arena, graph->first_in, function_count * sizeof(uint32_t));
    for (uint32_t i = 0; i < edge_count; i++)
        graph->in[next[edges[i].callee.index]++] = i;
    return graph;
}

void
call_graph_mark_callers(struct arena *scratch, const struct call_graph *graph, uint32_t most_calls,
                        uint8_t *mark)
{
    VECTOR(uint32_t) queue = {0};
    uint32_t done = 0;

    for (uint32_t i = 0; i < graph->function_count; i++) {
        if (mark[i])
            vector_push(scratch, &queue, i);
    }
    for (uint32_t calls = 0; calls < most_calls && done < queue.count; calls++) { /* breadth first */
        for (uint32_t end = queue.count; done < end; done++) {
            uint32_t callee = queue.items[done];

            for (uint32_t i = graph->first_in[callee]; i < graph->first_in[callee + 1]; i++) {
                uint32_t caller = graph->edges.items[graph->in[i]].caller.index;

                if (!mark[caller]) {
                    mark[caller] = 1;
                    vector_push(scratch, &queue, caller);
                }
            }
        }
    }
}
