import { SearchInput } from '@/core/contract/search';
import { route } from '@/server/http/route';
import { search } from '@/server/search/search';

export const GET = route(SearchInput, search);
